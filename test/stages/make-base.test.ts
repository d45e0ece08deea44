import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { RunOptions } from '../../scripts/host/host.ts';
import type { BaseChoice } from '../../scripts/plan/base-plan.ts';
import { makeBase, type BaseRequest } from '../../scripts/stages/make-base.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { openDiskCache } from '../../scripts/store/disk-cache.ts';
import { fakeDisks, filesBelow, PROJECT_DIR } from '../support/fake-disks.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { samplePlan, sampleWorkspace } from '../support/sample-bake.ts';
import { sampleDistro, sampleLock, sampleSpec } from '../support/sample-spec.ts';

const DUMP = 'Acquire::http::Proxy "http://user:hunter2@proxy.corp:3128";\nAPT::Architecture "amd64";\n';
const PLAN = samplePlan();

function hostWith(answers: readonly Answer[] = []): FakeHost {
  return fakeHost(fakeDisks(answers), { pid: process.pid, projectDir: PROJECT_DIR });
}

function requestOf(host: FakeHost, changes: Partial<BaseRequest> = {}): BaseRequest {
  const { cacheDir, runDir, runId } = sampleWorkspace(host.dir);
  const made = { spec: sampleSpec(), texts: new Map<string, string>(), base: PLAN.base, hostAptDump: DUMP };
  return { ...made, cache: openDiskCache(host, cacheDir, runId), fresh: false, workDir: runDir, ...changes };
}

const made = (host: FakeHost, changes: Partial<BaseRequest> = {}): Promise<string> => runStage(deskOf(host), makeBase, requestOf(host, changes));
const baseOf = (choice: BaseChoice): typeof PLAN.base => samplePlan(sampleSpec(), {}, choice).base;
const inCache = (host: FakeHost): readonly string[] => readdirSync(sampleWorkspace(host.dir).cacheDir + '/disks');

describe('makeBase by bootstrap of a distro whose repositories name a key', () => {
  const [own] = sampleDistro().repositories;
  const file = { source: 'config/keys/own.asc', sha256: '' };
  const spec = sampleSpec({
    distro: sampleDistro({ repositories: own === undefined ? [] : [{ ...own, key: 'own' }] }),
    keys: [{ id: 'own', fingerprint: 'A'.repeat(40), file }],
  });

  test('checks the packages by that key; the image keeps its own key ring', async () => {
    const seen: string[] = [];
    const look: Answer = {
      command: 'mmdebstrap',
      effect: (argv, options) => {
        const sources = readFileSync(argv.at(-1) ?? '', 'utf8');
        const [, path = ''] = /signed-by=(\S+)\]/.exec(sources) ?? [];
        seen.push(path, readFileSync(path, 'utf8'), readFileSync(options.env?.['PUBLIC_SOURCES'] ?? '', 'utf8'));
        writeFileSync(options.env?.['DISK'] ?? '', 'bootstrapped');
      },
    };
    await made(hostWith([look]), { spec, texts: new Map([[file.source, 'the key']]) });
    expect(seen[0]).toMatch(/\/base\/own\.asc$/);
    expect(seen.slice(1)).toEqual(['the key', expect.stringContaining(`signed-by=${own?.signedBy}]`)]);
  });
});

describe('makeBase by bootstrap', () => {
  test('unpacks the suite into a disk and keeps that, whole, under the distro’s name', async () => {
    const host = hostWith();
    const path = await made(host);
    expect(readFileSync(path, 'utf8')).toBe('copy of (bootstrapped)');
    expect(await requestOf(host).cache.find(PLAN.base.key)).toBe(path);
    expect(await requestOf(host).cache.newest('base', 'testian-1')).toEqual(PLAN.base.keyFields);
    expect(inCache(host).toSorted()).toEqual([basename(path), `${PLAN.base.key}.json`].toSorted());
  });

  test('fetches from this build’s mirror, and gives the hook the public one for the image', async () => {
    const seen: { sources?: string; public?: string; settings?: string; options?: RunOptions } = {};
    const look: Answer = {
      command: 'mmdebstrap',
      effect: (argv, options) => {
        seen.sources = readFileSync(argv.at(-1) ?? '', 'utf8');
        seen.public = readFileSync(options.env?.['PUBLIC_SOURCES'] ?? '', 'utf8');
        seen.settings = readFileSync(argv.find((word) => word.startsWith('--aptopt='))?.slice('--aptopt='.length) ?? '', 'utf8');
        seen.options = options;
        writeFileSync(options.env?.['DISK'] ?? '', 'bootstrapped');
      },
    };
    await made(hostWith([look]));
    expect(seen.sources).toContain('http://proxy.example/testian first main');
    expect(seen.public).toContain('http://public.example/testian first main');
    expect(seen.settings).toBe('Acquire::Languages "none";\nAcquire::http::Proxy "http://user:hunter2@proxy.corp:3128";\n');
    expect(seen.options).toMatchObject({ contain: true, env: { VIRTUAL_SIZE_MIB: '20480' } });
  });

  test('no password of the host is in a command, an event or a file that stays', async () => {
    const host = hostWith();
    const desk = deskOf(host);
    await runStage(desk, makeBase, requestOf(host));
    expect(host.commands.join('\n')).not.toContain('hunter2');
    expect(JSON.stringify(desk.events)).not.toContain('hunter2');
    expect(filesBelow(host.dir).filter((path) => readFileSync(path, 'utf8').includes('hunter2'))).toEqual([]);
  });

  test('identifiers of the file systems follow from the key: the same base is the same bytes', async () => {
    const ids = async (key: string): Promise<unknown> => {
      let env: RunOptions['env'];
      const host = hostWith([{ command: 'mmdebstrap', effect: (_argv, options) => ((env = options.env), writeFileSync(env?.['DISK'] ?? '', '')) }]);
      await made(host, { base: { ...PLAN.base, key } });
      return [env?.['ROOT_UUID'], env?.['ESP_ID']];
    };
    const first = await ids('0123456789abcdef'.repeat(4));
    expect(first).toEqual(['01234567-89ab-4def-a123-456789abcdef', '01234567']);
    expect(await ids('0123456789abcdef'.repeat(4))).toEqual(first);
    expect(await ids('f'.repeat(64))).not.toEqual(first);
  });

  test('tells line by line what is going on', async () => {
    const desk = deskOf(hostWith([{ command: 'mmdebstrap', stdout: 'I: installing', effect: (_argv, { env }) => writeFileSync(env?.['DISK'] ?? '', '') }]));
    await runStage(desk, makeBase, requestOf(desk.host as FakeHost));
    expect(desk.events).toContainEqual({ type: 'progress', stage: 'base', message: 'I: installing' });
  });
});

describe('makeBase', () => {
  test('makes nothing that the cache has, unless it is to be fresh', async () => {
    const host = hostWith();
    const path = await made(host);
    host.commands.length = 0;
    expect(await made(host)).toBe(path);
    expect(host.commands).toEqual([]);
    const { cacheDir } = sampleWorkspace(host.dir);
    const again = await made(host, { fresh: true, cache: openDiskCache(host, cacheDir, 'bake-20261123t000000-4567cdef') });
    expect(again).not.toBe(path);
    expect(existsSync(path)).toBe(true);
  });

  test('is made once: a bake that comes second waits, and takes what the first has made', async () => {
    const host = hostWith();
    const paths = await Promise.all([made(host), made(host)]);
    expect(paths[0]).toBe(paths[1]);
    expect(host.commands.filter((command) => command.startsWith('mmdebstrap'))).toHaveLength(1);
  });

  test.each([
    ['mmdebstrap fails', { command: 'mmdebstrap', exitCode: 25, stderr: 'E: no route to host' }],
    ['the disk cannot be written', { command: 'qemu-img convert', exitCode: 1, effect: (argv) => writeFileSync(argv.at(-1) ?? '', 'half') }],
  ] satisfies [string, Answer][])('when %s, nothing half-made stays: no disk, no work folder, no lock', async (_title, answer) => {
    const host = hostWith([answer]);
    await expect(made(host)).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    expect(filesBelow(host.dir)).toEqual([]);
    expect(await requestOf(host).cache.find(PLAN.base.key)).toBeUndefined();
  });
});

describe('makeBase from a disk', () => {
  test('copies a file, and changes nothing of it', async () => {
    const host = hostWith();
    const file = join(host.dir, 'own.qcow2');
    writeFileSync(file, 'own disk');
    const path = await made(host, { base: baseOf({ path: file, sha256: 'd'.repeat(64) }) });
    expect(readFileSync(path, 'utf8')).toBe('copy of (own disk)');
    expect(readFileSync(file, 'utf8')).toBe('own disk');
    expect(host.commands.some((command) => command.startsWith('qemu-img check'))).toBe(true);
  });

  test('tells qemu-img the format: a raw disk’s first bytes are never guessed at', async () => {
    const host = hostWith([{ command: 'qemu-img info', stdout: JSON.stringify({ format: 'raw', 'virtual-size': 1, 'actual-size': 1 }) }]);
    writeFileSync(join(host.dir, 'own.raw'), 'raw disk');
    await made(host, { base: baseOf({ path: join(host.dir, 'own.raw'), sha256: 'd'.repeat(64) }) });
    expect(host.commands.find((command) => command.startsWith('qemu-img convert'))).toContain(' -f raw -O qcow2 ');
  });

  test('refuses one that stands on another', async () => {
    const host = hostWith([{ command: 'qemu-img info', stdout: JSON.stringify({ format: 'qcow2', 'backing-filename': '/x.qcow2' }) }]);
    await expect(made(host, { base: baseOf({ path: '/own.qcow2', sha256: 'd'.repeat(64) }) })).rejects.toMatchObject({
      ...{ code: 'BASE_INVALID', what: '/own.qcow2 has a backing file (/x.qcow2): it is not a whole disk' },
    });
  });

  test('fetches the vendor’s image from this build’s place, once, and keeps the download beside the disks', async () => {
    const hex = createHash('sha512').update('vendor disk').digest('hex');
    const asked: string[] = [];
    const curl: Answer = {
      command: 'curl',
      effect: (argv, { input = '' }) => (asked.push(input), writeFileSync(argv[argv.indexOf('--output') + 1] ?? '', 'vendor disk')),
    };
    const spec = sampleSpec({ lockedImage: sampleLock(hex) });
    const { base } = samplePlan(spec, {}, 'cloud-image');
    const host = hostWith([curl]);
    const path = await made(host, { spec, base });
    expect(readFileSync(path, 'utf8')).toBe('copy of (vendor disk)');
    expect(asked.join('')).toContain('url = "http://proxy.example/testian/images/20260705/first.qcow2"\n');
    expect(existsSync(join(sampleWorkspace(host.dir).cacheDir, 'downloads', `sha512-${hex}`))).toBe(true);
  });

  test('keeps nothing of a vendor’s image that is another', async () => {
    const host = hostWith([{ command: 'curl', effect: (argv) => writeFileSync(argv[argv.indexOf('--output') + 1] ?? '', 'tampered') }]);
    mkdirSync(join(host.dir, 'x'));
    await expect(made(host, { base: baseOf('cloud-image') })).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
    expect(filesBelow(host.dir)).toEqual([]);
  });
});
