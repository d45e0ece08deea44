import { execa } from 'execa';
import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ingot, startIngot, PROJECT_DIR } from './support/ingot.ts';
import { leftoversBelow } from './support/leftovers.ts';

/** The stages of a bake of the smallest role, in order; each is killed once while it works. */
const STAGES = ['indexes', 'packages', 'compact', 'configure', 'sealed', 'finish', 'sealed-check', 'wait-for-ssh'] as const;
const BAKE = ['--distro', 'debian', '--role', 'lb', '--yes', '--no-publish'] as const;

/** Real faults, at real moments: what is compared is the machine before and after, and the same command must then work. */
describe('a bake that is killed', () => {
  let buildDir: string;
  let env: Readonly<Record<string, string>>;

  beforeAll(async () => {
    buildDir = await mkdtemp(join(tmpdir(), 'ingot-killed-'));
    env = { INGOT_BUILD_DIR: buildDir };
  });

  afterAll(() => rm(buildDir, { recursive: true, force: true }));

  for (const [at, stage] of STAGES.entries()) {
    test(`with kill -9 in ${stage} leaves nothing that runs, and the next one resumes`, async () => {
      const child = startIngot('bake', [...BAKE, '--cache', join(PROJECT_DIR, 'build/cache')], { ...env, INGOT_BUILD_DIR: join(buildDir, String(at)) });
      await told(child, stage === 'sealed-check' ? /^\[.*\] sealed: Look/m : new RegExp(`^\\[.*\\] ${stage}: `, 'm'));
      child.kill('SIGKILL');
      await child;
      await expect.poll(() => leftoversBelow(join(buildDir, String(at))), { timeout: 20_000 }).toEqual([]);
    });
  }

  test('is followed by one that succeeds and has cleared away what was left', async () => {
    const { exitCode } = await ingot('bake', [...BAKE, '--explain'], { INGOT_BUILD_DIR: join(buildDir, '5') });
    expect(exitCode).toBe(0);
    const runs = await readdir(join(buildDir, '5', 'runs'));
    expect(runs).toHaveLength(1);
  });

  test('with Ctrl-C ends with 130, one clear word, and nothing left', async () => {
    const child = startIngot('bake', [...BAKE, '--fresh', '--cache', join(buildDir, 'cache')], { INGOT_BUILD_DIR: join(buildDir, 'int') });
    await told(child, /^\[.*\] base: I:/m);
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Interrupted');
    expect(await leftoversBelow(join(buildDir, 'int'))).toEqual([]);
    expect((await readdir(join(buildDir, 'cache', 'disks'))).filter((name) => !name.startsWith('.'))).toEqual([]);
  });

  test('a second bake of the same image is told who has it', async () => {
    const dir = join(buildDir, 'busy');
    const first = startIngot('bake', [...BAKE, '--fresh', '--cache', join(buildDir, 'cache')], { INGOT_BUILD_DIR: dir });
    await told(first, /^\[.*\] base: I:/m);
    const second = await ingot('bake', BAKE, { INGOT_BUILD_DIR: dir });
    first.kill('SIGTERM');
    await first;
    expect(second.exitCode).toBe(3);
    expect(second.stderr).toMatch(new RegExp(`${first.pid ?? 'no pid'}`));
    expect(await leftoversBelow(dir)).toEqual([]);
  });

  test('a disk that is too small is refused before anything is begun', async () => {
    const dir = join(buildDir, 'small');
    await mkdir(dir);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', dir]);
    try {
      const { exitCode, stderr } = await ingot('bake', [...BAKE, '--cache', join(dir, 'cache')], { INGOT_BUILD_DIR: dir });
      expect(exitCode).toBe(3);
      expect(stderr).toContain('MiB free');
      expect((await readdir(dir)).filter((name) => name !== 'runs' && name !== 'locks')).toEqual([]);
    } finally {
      await execa('umount', [dir]);
    }
  });
});

/** Resolves when the child has said it; rejects when it ended without. */
function told(child: ReturnType<typeof startIngot>, words: RegExp): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    child.all?.on('data', (bytes: Buffer) => {
      said += bytes.toString();
      if (words.test(said)) resolve();
    });
    child.once('close', () => reject(new Error(`The bake ended without saying ${String(words)}:\n${said}`)));
  });
}
