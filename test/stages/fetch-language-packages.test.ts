import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import type { LanguageLock } from '../../scripts/model/image-spec.ts';
import { fetchLanguagePackages, type FetchedLocks, type LanguageRequest } from '../../scripts/stages/fetch-language-packages.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { sampleSource } from '../support/sample-spec.ts';

const PIP: LanguageLock = { kind: 'pip', name: 'backend', ...sampleSource('web/requirements.lock', 'a'.repeat(64)) };
const NPM: LanguageLock = {
  kind: 'npm',
  name: 'frontend',
  ...sampleSource('web/package-lock.json', 'b'.repeat(64)),
  manifest: sampleSource('web/package.json', 'c'.repeat(64)),
};
const TEXTS = new Map([
  ['web/requirements.lock', 'django==5 --hash=sha256:00\n'],
  ['web/package-lock.json', '{"lockfileVersion":3}'],
  ['web/package.json', '{"name":"frontend"}'],
]);

const destination = (argv: readonly string[]): string => argv[argv.indexOf('--dest') + 1] ?? '';
const pip: Answer = { command: 'python3 -m pip download', effect: (argv) => writeFileSync(join(destination(argv), 'django.whl'), 'wheel') };
const npm: Answer = { command: 'npm ci', effect: (_argv, { cwd = '' }) => void mkdirSync(join(cwd, 'node_modules/left-pad'), { recursive: true }) };
const tar: Answer = { command: 'tar', effect: (_argv, { cwd = '' }) => writeFileSync(join(cwd, 'node_modules.tar'), 'tar') };

function fetched(host: FakeHost, locks: readonly LanguageLock[], changes: Partial<LanguageRequest> = {}): Promise<FetchedLocks> {
  return runStage(deskOf(host), fetchLanguagePackages, { locks, texts: TEXTS, cacheDir: join(host.dir, 'cache'), python: '3.11', ...changes });
}

const cached = (host: FakeHost): readonly string[] => readdirSync(join(host.dir, 'cache/language'));

describe('wheels', () => {
  test('are fetched by their hashes for the guest’s Python, never built, and lie beside their lock', async () => {
    const host = fakeHost([pip]);
    const [found] = await fetched(host, [PIP]);
    expect(found?.lock).toBe(PIP);
    expect(readdirSync(found?.dir ?? '').toSorted()).toEqual(['django.whl', 'requirements.txt']);
    expect(readFileSync(join(found?.dir ?? '', 'requirements.txt'), 'utf8')).toBe('django==5 --hash=sha256:00\n');
    const [command = ''] = host.commands;
    for (const part of ['--require-hashes', '--only-binary=:all:', '--no-deps', '--python-version 3.11', '--platform manylinux2014_x86_64'])
      expect(command).toContain(part);
  });

  test('of another Python are other packages', async () => {
    const host = fakeHost([pip]);
    const [[older], [newer]] = [await fetched(host, [PIP], { python: '3.9' }), await fetched(host, [PIP])];
    expect(older?.dir).not.toBe(newer?.dir);
  });
});

describe('modules', () => {
  test('are installed by their lock without running scripts, and travel as one archive that is the same everywhere', async () => {
    const host = fakeHost([npm, tar]);
    const [found] = await fetched(host, [NPM]);
    expect(readdirSync(found?.dir ?? '').toSorted()).toEqual(['node_modules.tar', 'package-lock.json', 'package.json']);
    expect(host.commands[0]).toBe('npm ci --ignore-scripts --no-audit --no-fund --os=linux --cpu=x64 --libc=glibc');
    expect(host.commands[1]).toBe('tar --sort=name --mtime=@0 --owner=0 --group=0 --numeric-owner -cf node_modules.tar node_modules');
  });

  test('do not depend on the guest’s Python', async () => {
    const host = fakeHost([npm, tar]);
    const [[one], [two]] = [await fetched(host, [NPM], { python: '3.9' }), await fetched(host, [NPM])];
    expect(one?.dir).toBe(two?.dir);
  });

  test('need their manifest', async () => {
    const { manifest: _manifest, ...bare } = NPM;
    await expect(fetched(fakeHost(), [bare])).rejects.toMatchObject({ code: 'CONFIG_INVALID', what: 'The npm lock web/package-lock.json has no manifest' });
  });
});

describe('fetchLanguagePackages', () => {
  test('fetches nothing twice, and anew when lock or manifest changes', async () => {
    const host = fakeHost([pip, npm, tar]);
    await fetched(host, [PIP, NPM]);
    const before = host.commands.length;
    await fetched(host, [PIP, NPM]);
    expect(host.commands).toHaveLength(before);
    await fetched(host, [{ ...PIP, sha256: 'd'.repeat(64) }]);
    await fetched(host, [{ ...NPM, manifest: sampleSource('web/package.json', 'e'.repeat(64)) }]);
    expect(cached(host)).toHaveLength(4);
  });

  test('a failure names the lock and shows what was said; nothing half-fetched stays', async () => {
    const host = fakeHost([{ command: 'python3', exitCode: 1, stderr: 'ERROR: No matching distribution found for django==5' }]);
    await expect(fetched(host, [PIP])).rejects.toMatchObject({
      ...{ code: 'BAKE_FAILED', exitStatus: 4, what: 'The packages of web/requirements.lock could not be fetched' },
      details: ['ERROR: No matching distribution found for django==5'],
    });
    expect(cached(host)).toEqual([]);
  });

  test('a failure while packing leaves nothing either', async () => {
    const host = fakeHost([npm, { command: 'tar', exitCode: 2, stderr: 'tar: no space' }]);
    await expect(fetched(host, [NPM])).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    expect(cached(host)).toEqual([]);
  });

  test('takes nothing away from a fetch that still runs when another has failed', async () => {
    let npmRuns = false;
    const removedMeanwhile: string[] = [];
    const [npmHasStarted, pipHasFailed] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    const slowNpm: Answer = {
      command: 'npm ci',
      effect: async (argv, options) => {
        npmRuns = true;
        npmHasStarted.resolve();
        await pipHasFailed.promise;
        for (let turn = 0; turn < 20; turn += 1) await nextTurn();
        await npm.effect?.(argv, options);
        npmRuns = false;
      },
    };
    const failingPip: Answer = { command: 'python3', exitCode: 1, effect: () => npmHasStarted.promise.then(pipHasFailed.resolve) };
    const host = fakeHost([slowNpm, tar, failingPip]);
    const remove = (path: string): Promise<void> => {
      if (npmRuns) removedMeanwhile.push(path);
      return host.files.remove(path);
    };
    await expect(fetched({ ...host, files: { ...host.files, remove } }, [NPM, PIP])).rejects.toMatchObject({ code: 'BAKE_FAILED' });
    expect(removedMeanwhile).toEqual([]);
    expect(npmRuns).toBe(false);
  });

  test('another bake that fetched the same meanwhile is no error, and nothing is left twice', async () => {
    const host = fakeHost([
      {
        ...pip,
        effect: async (argv, options) => {
          await pip.effect?.(argv, options);
          if (host.commands.length === 1) await fetched(host, [PIP]);
        },
      },
    ]);
    const [found] = await fetched(host, [PIP]);
    expect(existsSync(join(found?.dir ?? '', 'django.whl'))).toBe(true);
    expect(cached(host)).toHaveLength(1);
  });

  test('half-fetched folders have a name that the next run sweeps', async () => {
    let names: readonly string[] = [];
    const host = fakeHost([{ ...pip, effect: () => void (names = cached(host)) }]);
    await fetched(host, [PIP]);
    expect(names).toHaveLength(1);
    expect(names[0]).toMatch(/\.(?:tmp|partial|part)$/);
  });
});
