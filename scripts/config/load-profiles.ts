import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Profile } from '../model/image-spec.ts';
import { loadShelf } from './load-yaml.ts';
import { throwIfInvalid } from './problem.ts';
import { sourceReader } from './source-reader.ts';

/** The VM sizes, smallest first: launching needs them and nothing else of the configuration. */
export async function loadProfiles(host: Host): Promise<readonly Profile[]> {
  const reader = sourceReader(host);
  const { entries } = await loadShelf<Profile>(reader, join(host.facts.projectDir, 'config', 'profiles'), 'profile');
  throwIfInvalid(reader.problems);
  return [...entries.values()].map(({ value }) => value).toSorted((a, b) => a.memoryMiB - b.memoryMiB || (a.id < b.id ? -1 : 1));
}
