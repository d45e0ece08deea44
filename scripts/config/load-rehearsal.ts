import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Family } from '../model/distro.ts';
import type { RehearsalCatalogue } from '../model/rehearsal.ts';
import { BakeError } from '../errors.ts';
import { loadYaml } from './load-yaml.ts';
import { throwIfInvalid } from './problem.ts';
import { sourceReader } from './source-reader.ts';

/** What the vendors of a family really have: config/rehearsal/<family>.yaml. */
export async function loadRehearsal(host: Host, family: Family): Promise<RehearsalCatalogue> {
  const reader = sourceReader(host);
  const path = join(host.facts.projectDir, 'config', 'rehearsal', `${family}.yaml`);
  const entry = await loadYaml<RehearsalCatalogue>(reader, path, { schema: 'rehearsal', id: family });
  throwIfInvalid(reader.problems);
  if (entry !== undefined) return entry.value;
  throw new BakeError('CONFIG_INVALID', { what: `There is no ${path}`, fix: 'Add it: it says what the packages of this family are' });
}
