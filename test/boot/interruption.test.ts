import { execa } from 'execa';
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import { ingot, startIngot } from './support/ingot.ts';
import { leftoversBelow } from './support/leftovers.ts';

/** What a bake says when it begins a stage, lowest first: each is killed once while it works, and the next one resumes there. */
const MOMENTS: readonly (readonly [stage: string, words: RegExp])[] = [
  ['indexes', /\] indexes: Package/],
  ['base', /\] base: I: /],
  ['packages', /\] packages: Layer/],
  ['compact', /\] compact: /],
  ['configure', /\] configure: /],
  ['sealed', /\] sealed: Layer/],
  ['finish', /\] finish: /],
  ['verification', /\] wait-for-ssh: /],
];

/** Real faults, at real moments: what is compared is the machine before and after, and the same command must then work. */
describe('a bake that is killed', () => {
  let dir: string;
  let env: Readonly<Record<string, string>>;
  let options: readonly string[];

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ingot-killed-'));
    env = { INGOT_BUILD_DIR: join(dir, 'build') };
    options = ['--distro', 'debian', '--role', 'lb', '--driver', 'native', '--yes', '--no-publish', '--cache', join(dir, 'cache')];
  });

  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each(MOMENTS)('with kill -9 in %s leaves nothing that runs or is mounted', async (stage, words) => {
    const child = startIngot('bake', options, env);
    try {
      await told(child, words);
      // The screen shows one line of apt in five seconds; the log of the layer has them all.
      if (stage === 'packages') await expect.poll(() => logsOf(stage, dir), { timeout: 300_000 }).toContain(' Unpacking ');
    } finally {
      child.kill('SIGKILL');
      await child;
    }
    await expect.poll(() => leftoversBelow(dir), { timeout: 30_000 }).toEqual([]);
  });

  test('is resumed by the next one, which clears away what the dead ones left', async () => {
    const { exitCode, stdout } = await ingot('bake', [...options, '--explain', '--json'], env);
    expect(exitCode).toBe(0);
    const { layers } = JSON.parse(stdout) as BakeOutcome;
    expect(layers.map(({ action }) => action)).toEqual(layers.map(() => 'cached'));
    expect((await readdir(join(dir, 'cache', 'disks'))).filter((name) => name.endsWith('.partial'))).toEqual([]);
    expect(await readdir(join(dir, 'build', 'locks'))).toEqual([]);
    expect(await readdir(join(dir, 'build', 'runs'))).toHaveLength(1);
  });

  test('with Ctrl-C ends with 130, one clear word, and nothing left', async () => {
    const child = startIngot('bake', [...options, '--fresh'], env);
    await told(child, /\] base: I: /);
    child.kill('SIGINT');
    const { exitCode, stderr } = await child;
    expect(exitCode).toBe(130);
    expect(stderr).toContain('Interrupted');
    expect(await leftoversBelow(dir)).toEqual([]);
    expect((await readdir(join(dir, 'cache', 'disks'))).filter((name) => name.endsWith('.partial'))).toEqual([]);
  });

  test('a second bake of the same image is told who is at work', async () => {
    const first = startIngot('bake', [...options, '--fresh'], env);
    await told(first, /\] base: I: /);
    const second = await ingot('bake', options, env);
    first.kill('SIGTERM');
    await first;
    expect(second.exitCode).toBe(3);
    expect(second.stderr).toContain(String(first.pid));
    expect(await leftoversBelow(dir)).toEqual([]);
  });

  test('a disk that is too small is refused before anything is begun', async () => {
    const small = join(dir, 'small');
    await mkdir(small);
    await execa('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', small]);
    try {
      const { exitCode, stderr } = await ingot('bake', ['--distro', 'debian', '--yes', '--cache', join(small, 'cache')], {
        INGOT_BUILD_DIR: join(small, 'build'),
      });
      expect(exitCode).toBe(3);
      expect(stderr).toMatch(/Only \d+ MiB are free/);
      expect(await readdir(small)).toEqual([]);
    } finally {
      await execa('umount', [small]);
    }
  });
});

/** What the layer of that name has written in the runs that were not swept yet. */
async function logsOf(layer: string, dir: string): Promise<string> {
  const runs = join(dir, 'build/runs');
  const logs = (await readdir(runs)).map((id) => readFile(join(runs, id, `${layer}.log`), 'utf8').catch(() => ''));
  return (await Promise.all(logs)).join('\n');
}

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
