import { cpSync, mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PROJECT = join(import.meta.dirname, '../..');

/** Id of a distro that the project does not have. */
export const ANOTHER = 'almalinux-9';

/** A copy of config/ with one more file, the YAML of another distro. */
export function configWithAnother(): string {
  const dir = join(mkdtempSync(join(tmpdir(), 'another-distro-')), 'config');
  cpSync(join(PROJECT, 'config'), dir, { recursive: true });
  cpSync(join(PROJECT, `test/fixtures/distros/${ANOTHER}.yaml`), join(dir, `distros/${ANOTHER}.yaml`));
  return dir;
}
