import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** The ids of the project's own topologies. */
export function listTopologies(): readonly string[] {
  return readdirSync(join(import.meta.dirname, '../../config/topologies')).map((name) => name.replace(/\.yaml$/, ''));
}
