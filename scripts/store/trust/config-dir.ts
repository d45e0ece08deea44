import { join } from 'node:path';
import type { Host } from '../../host/host.ts';

/** Where what belongs to a person, and not to a project, is kept: a key of their own, and what they have seen of each store. */
export function configDir({ facts: { env, homeDir } }: Host): string {
  const given = env['INGOT_CONFIG_DIR'] ?? '';
  if (given !== '') return given;
  const base = env['XDG_CONFIG_HOME'] ?? '';
  return join(base === '' ? join(homeDir, '.config') : base, 'ingot');
}
