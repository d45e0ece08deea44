import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Profile } from '../../scripts/model/image-spec.ts';
import type { Release } from '../../scripts/model/release.ts';
import { diskFormat } from '../../scripts/plan/disk-formats.ts';
import { packDisk } from '../../scripts/stages/pack-disk.ts';
import { digestText } from '../store/fixtures.ts';
import { contextOf } from '../support/fake-guest.ts';
import { PROJECT_DIR } from '../support/fake-disks.ts';
import { fakeHost } from '../support/fake-host.ts';
import { launchRelease } from '../support/launch-sample.ts';
import { needTool } from '../support/need-tool.ts';

const CONTENT = 'the bytes of a disk\n'.repeat(1000);
const SIZE: Profile = { id: 'mini', title: 'Mini', cpus: 3, memoryMiB: 5120, diskGiB: 20 };
const SAMPLE = launchRelease();
const RELEASE: Release = { ...SAMPLE, disk: { ...SAMPLE.disk, sha256: digestText(CONTENT), sizeBytes: CONTENT.length } };
const STEM = 'box-small-tin-1.2-2026.11.22-1';
const DISK = `${STEM}-disk1.vmdk`;

interface Packing {
  readonly dir: string;
  readonly path: string;
  readonly packed: Promise<string>;
}

/** Packs a converted disk, which need not be one: nothing here looks inside. `alter` does to the machine's programs what a test wants. */
function pack(formatId: string, alter: (run: Host['run']) => Host['run'] = (run) => run): Packing {
  const { dir } = fakeHost();
  symlinkSync(join(PROJECT_DIR, 'templates'), join(dir, 'templates'));
  const local = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
  const path = join(dir, DISK);
  writeFileSync(path, CONTENT);
  const host = { ...local, run: alter(local.run) };
  return { dir, path, packed: packDisk.run({ release: RELEASE, format: diskFormat(formatId), path, workDir: dir, size: SIZE }, contextOf(host)) };
}

/** After the archive was written, one of the files that went in is another. */
const changedAfterwards =
  (name: string) =>
  (run: Host['run']): Host['run'] =>
  async (argv, options) => {
    const result = await run(argv, options);
    if (argv[0] === 'tar' && argv.includes('--create')) writeFileSync(join(argv[argv.indexOf('--directory') + 1] ?? '', name), 'another');
    return result;
  };

const listed = (path: string): readonly string[] => execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).trimEnd().split('\n');
const inside = (path: string, name: string): string => execFileSync('tar', ['-xOf', path, name], { encoding: 'utf8' });

test.each(['qcow2', 'vmdk', 'vhdx', 'vhd'])('%s needs nothing around it', async (id) => {
  const host = fakeHost();
  const path = join(host.dir, 'disk.img');
  expect(await packDisk.run({ release: RELEASE, format: diskFormat(id), path, workDir: host.dir, size: SIZE }, contextOf(host))).toBe(path);
  expect(host.commands).toEqual([]);
});

describe('raw.zst', () => {
  test('unpacks to what went in, which is gone', async () => {
    needTool('zstd');
    const { path, packed } = pack('raw.zst');
    expect(await packed).toBe(`${path}.zst`);
    expect(execFileSync('zstd', ['-q', '-d', '-c', `${path}.zst`], { encoding: 'utf8' })).toBe(CONTENT);
    expect(existsSync(path)).toBe(false);
  });

  test('is refused when it cannot be unpacked', async () => {
    needTool('zstd');
    const torn = pack('raw.zst', (run) => async (argv, options) => {
      if (argv.includes('-t')) writeFileSync(argv.at(-1) ?? '', readFileSync(argv.at(-1) ?? '').subarray(0, -8));
      return run(argv, options);
    });
    await expect(torn.packed).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });
});

describe('an appliance', () => {
  test('has its description first, a manifest of both digests, and the disk under the name of the release', async () => {
    needTool('tar');
    const { dir, packed } = pack('ova');
    const path = await packed;
    expect(path).toBe(join(dir, 'disk.ova'));
    expect(listed(path)).toEqual([`${STEM}.ovf`, `${STEM}.mf`, DISK]);
    const ovf = inside(path, `${STEM}.ovf`);
    expect(inside(path, DISK)).toBe(CONTENT);
    expect(inside(path, `${STEM}.mf`)).toBe(`SHA256(${STEM}.ovf)= ${digestText(ovf)}\nSHA256(${STEM}-disk1.vmdk)= ${digestText(CONTENT)}\n`);
    for (const part of [DISK, String(CONTENT.length), '5120']) expect(ovf).toContain(part);
  });

  test('says nothing of who packed it, and when', async () => {
    needTool('tar');
    const [one, two] = [await pack('ova').packed, await pack('ova').packed];
    expect(readFileSync(one).equals(readFileSync(two))).toBe(true);
  });

  test('is refused when it does not hold what went in', async () => {
    needTool('tar');
    await expect(pack('ova', changedAfterwards(DISK)).packed).rejects.toMatchObject({ code: 'TOOL_FAILED' });
  });
});

describe('an OCI layout', () => {
  test('names its image, and each blob by its digest', async () => {
    needTool('tar');
    const { dir, packed } = pack('containerdisk');
    const path = await packed;
    expect(path).toBe(join(dir, 'image.tar'));
    const index = JSON.parse(inside(path, 'index.json')) as { manifests: readonly [{ digest: string; annotations: unknown }] };
    expect(index.manifests[0].annotations).toEqual({ 'org.opencontainers.image.ref.name': 'box-small-tin-1.2:2026.11.22-1' });
    const blobs = listed(path).filter((name) => name.startsWith('blobs/'));
    expect(blobs).toHaveLength(3);
    for (const name of blobs) {
      const bytes = execFileSync('tar', ['-xOf', path, name], { encoding: 'latin1' });
      expect(execFileSync('sha256sum', { input: Buffer.from(bytes, 'latin1'), encoding: 'utf8' }).slice(0, 64)).toBe(name.split('/').at(-1));
    }
    expect(blobs).toContain(`blobs/sha256/${index.manifests[0].digest.replace('sha256:', '')}`);
    expect(listed(path)).toEqual(listed(path).toSorted());
  });

  test('is refused when it does not hold what went in, or its disk is not the one that was tested', async () => {
    needTool('tar');
    await expect(pack('containerdisk', changedAfterwards('index.json')).packed).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    const other = pack('containerdisk');
    writeFileSync(other.path, 'another disk');
    await expect(other.packed).rejects.toMatchObject({ code: 'DIGEST_MISMATCH' });
  });
});
