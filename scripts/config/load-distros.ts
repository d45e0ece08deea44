import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Distro } from '../model/distro.ts';
import { loadShelf } from './load-yaml.ts';
import { throwIfInvalid } from './problem.ts';
import { sourceReader } from './source-reader.ts';

/** The facts of all distros: listing what is published needs them and nothing else of the configuration. */
export async function loadDistros(host: Host): Promise<readonly Distro[]> {
  const reader = sourceReader(host);
  const { entries } = await loadShelf<Distro>(reader, join(host.facts.projectDir, 'config', 'distros'), 'distro');
  throwIfInvalid(reader.problems);
  return [...entries.values()].map(({ value }) => value);
}
