import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Gives a test run one folder for all that its tests throw away, and takes it back: a machine that tests every night must not fill up. */
export async function setup(): Promise<() => Promise<void>> {
  const before = process.env['TMPDIR'];
  const dir = await mkdtemp(join(tmpdir(), 'ingot-tests-'));
  process.env['TMPDIR'] = dir;
  // Keys and what is remembered of stores: a person's own are no business of a test.
  process.env['INGOT_CONFIG_DIR'] = join(dir, 'config');
  return async () => {
    if (before === undefined) delete process.env['TMPDIR'];
    else process.env['TMPDIR'] = before;
    delete process.env['INGOT_CONFIG_DIR'];
    await rm(dir, { recursive: true, force: true });
  };
}
