import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BaseChoice } from '../../scripts/plan/base-plan.ts';
import { resolveBase } from '../../scripts/stages/resolve-base.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';

const info = (changes: Readonly<Record<string, unknown>> = {}): Answer => ({
  ...{ command: 'qemu-img info', stdout: JSON.stringify({ format: 'qcow2', 'virtual-size': 2 ** 31, 'actual-size': 2 ** 20, ...changes }) },
});
const CHECKED: Answer = { command: 'qemu-img check' };
const sha256 = (content: string | Uint8Array): string => createHash('sha256').update(content).digest('hex');

const resolved = (host: FakeHost, written: string | undefined): Promise<BaseChoice> =>
  runStage(deskOf(host), resolveBase, { written, cacheDir: join(host.dir, 'cache') });

function withFile(answers: readonly Answer[], content: string | Uint8Array = 'disk'): { readonly host: FakeHost; readonly path: string } {
  const host = fakeHost(answers);
  const path = join(host.dir, 'base.qcow2');
  writeFileSync(path, content);
  return { host, path };
}

/** A raw disk's first MiB: with or without the signature of a partition table. */
function rawDisk(signature: readonly [number, number]): Uint8Array {
  const bytes = new Uint8Array(2 ** 20);
  bytes.set(signature, 510);
  return bytes;
}

describe('resolveBase', () => {
  test.each([
    [undefined, 'auto'],
    ['bootstrap', 'bootstrap'],
    ['cloud-image', 'cloud-image'],
    [`cloud-image#sha256:${'a'.repeat(64)}`, { imageDigest: { algorithm: 'sha256', hex: 'a'.repeat(64) } }],
  ])('%s is %s, and looks at nothing', async (written, choice) => {
    const host = fakeHost();
    expect(await resolved(host, written)).toEqual(choice);
    expect(host.commands).toEqual([]);
  });

  test('a file is looked at and named by its digest', async () => {
    const { host, path } = withFile([info(), CHECKED]);
    expect(await resolved(host, path)).toEqual({ path, sha256: sha256('disk') });
    expect(host.commands).toEqual([`qemu-img info --output=json --force-share ${path}`, `qemu-img check --force-share ${path}`]);
  });

  test('a file that is not there, or is a folder, is said to be so before any tool runs', async () => {
    const host = fakeHost();
    mkdirSync(join(host.dir, 'folder'));
    await expect(resolved(host, join(host.dir, 'none'))).rejects.toMatchObject({
      code: 'USAGE',
      exitStatus: 2,
      what: `There is no file ${join(host.dir, 'none')}`,
    });
    await expect(resolved(host, join(host.dir, 'folder'))).rejects.toMatchObject({
      code: 'BASE_INVALID',
      what: expect.stringContaining('is a folder') as string,
    });
  });

  test.each<[string, readonly Answer[], string]>([
    ['stands on another', [info({ 'backing-filename': 'x.qcow2' })], 'has a backing file (x.qcow2)'],
    ['is damaged', [info(), { command: 'qemu-img check', exitCode: 2, stderr: 'ERROR cluster 7' }], 'is damaged'],
    ['QEMU cannot read', [{ command: 'qemu-img info', exitCode: 1, stderr: 'no' }], 'is not a disk that QEMU can read'],
  ])('a disk that %s is refused', async (_title, answers, what) => {
    const { host, path } = withFile(answers);
    await expect(resolved(host, path)).rejects.toMatchObject({ code: 'BASE_INVALID', exitStatus: 4, what: expect.stringContaining(what) as string });
  });

  test('a raw file counts as a disk only with a partition table', async () => {
    const raw = [info({ format: 'raw', 'virtual-size': 2 ** 20 }), CHECKED];
    const { host, path } = withFile(raw, rawDisk([0x55, 0xaa]));
    expect(await resolved(host, path)).toMatchObject({ path });
    const text = withFile(raw, rawDisk([0, 0]));
    await expect(resolved(text.host, text.path)).rejects.toMatchObject({ code: 'BASE_INVALID', what: expect.stringContaining('no partition table') as string });
    const short = withFile([info({ format: 'raw', 'virtual-size': 512 }), CHECKED], rawDisk([0x55, 0xaa]));
    await expect(resolved(short.host, short.path)).rejects.toMatchObject({ code: 'BASE_INVALID' });
  });

  test('a URL with its digest is fetched into the cache, and checked like a file', async () => {
    const asked: string[] = [];
    const curl: Answer = {
      command: 'curl',
      effect: (argv, { input = '' }) => (asked.push(input), writeFileSync(argv[argv.indexOf('--output') + 1] ?? '', 'disk')),
    };
    const host = fakeHost([curl, info(), CHECKED]);
    const path = join(host.dir, 'cache/downloads', `sha256-${sha256('disk')}`);
    expect(await resolved(host, `https://images.example/a.qcow2#sha256:${sha256('disk')}`)).toEqual({ path, sha256: sha256('disk') });
    expect(readFileSync(path, 'utf8')).toBe('disk');
    expect(asked[0]).toContain('url = "https://images.example/a.qcow2"\n');
  });

  test.each(['https://images.example/a.qcow2', 'http://x/a#sha256:123', `http://x/a#sha512:${'a'.repeat(128)}`, `http://x/a#sha256:${'A'.repeat(64)}`])(
    '%s is refused: nobody says which bytes it should be',
    async (written) => {
      const host = fakeHost();
      await expect(resolved(host, written)).rejects.toMatchObject({ code: 'USAGE', fix: expect.stringContaining('#sha256:') as string });
      expect(host.commands).toEqual([]);
    },
  );
});
