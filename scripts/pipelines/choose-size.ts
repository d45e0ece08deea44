import { loadProfiles } from '../config/load-profiles.ts';
import { schemaErrors } from '../config/schemas.ts';
import { BakeError } from '../errors.ts';
import { nearest } from '../errors/nearest.ts';
import type { Profile } from '../model/image-spec.ts';
import type { Desk } from '../stages/stage.ts';

export interface SizeWish {
  readonly profile: string;
  readonly cpus: number | undefined;
  readonly memoryMiB: number | undefined;
}

/** How large a VM is: a profile, but for what was asked for otherwise. */
export async function chooseSize({ host }: Desk, { profile: id, cpus, memoryMiB }: SizeWish): Promise<Profile> {
  const profiles = await loadProfiles(host);
  const found = profiles.find((profile) => profile.id === id);
  if (found === undefined)
    throw unknownProfile(
      id,
      profiles.map((profile) => profile.id),
    );
  const size = { ...found, cpus: cpus ?? found.cpus, memoryMiB: memoryMiB ?? found.memoryMiB };
  const faults = schemaErrors('profile', size).map(
    ({ instancePath, message, parentSchema }) => `${OPTION_OF[instancePath] ?? instancePath} ${message} (${String(parentSchema?.['description'])})`,
  );
  if (faults.length === 0) return size;
  throw new BakeError('USAGE', {
    what: 'No VM can have this size',
    fix: 'Mend the options below, or leave them out: the profile has numbers of its own',
    details: faults,
  });
}

const OPTION_OF: Readonly<Record<string, string>> = { '/cpus': '--cpus', '/memoryMiB': '--memory' };

function unknownProfile(id: string, ids: readonly string[]): BakeError {
  const meant = nearest(id, ids);
  return new BakeError('USAGE', {
    what: `There is no profile ${JSON.stringify(id.slice(0, 80))}`,
    fix: `${meant === undefined ? 'Choose one of these' : `Did you mean ${meant}? There are`}: ${ids.join(', ')}`,
  });
}
