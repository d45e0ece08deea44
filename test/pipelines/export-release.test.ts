import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { exportRelease, type ExportedDisk } from '../../scripts/pipelines/export-release.ts';
import { DISK_FORMATS } from '../../scripts/plan/disk-formats.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { fakeHost, refusing } from '../support/fake-host.ts';
import { copiedImage, diskOfImage } from '../support/oci-image.ts';
import { needTool } from '../support/need-tool.ts';
import { contentOf, DISK_BYTES, IMAGE_ID, realRelease } from '../support/real-release.ts';

interface Place {
  readonly desk: Desk;
  readonly storeDir: string;
  readonly outDir: string;
  readonly export: (format: string, name?: string) => Promise<ExportedDisk>;
  /** What the release's own disk holds. */
  readonly content: () => Promise<string>;
}

async function setUp(): Promise<Place> {
  for (const tool of ['qemu-img', 'qemu-io', 'zstd', 'tar']) needTool(tool);
  const { dir } = fakeHost();
  for (const room of ['config', 'templates']) symlinkSync(join(process.cwd(), room), join(dir, room));
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  const desk: Desk = { host, say: () => undefined };
  const [storeDir, outDir] = [join(dir, 'published'), join(dir, 'out')];
  mkdirSync(outDir);
  await realRelease(desk, storeDir);
  const find = async (): Promise<string> => (await openStore(host, storeDir).find(LATEST)).bringDisk();
  return {
    ...{ desk, storeDir, outDir },
    export: (format, name) =>
      exportRelease(desk, { storeLocation: storeDir, reference: IMAGE_ID, format, out: name === undefined ? { dir: outDir } : { path: join(outDir, name) } }),
    content: async () => contentOf(await find(), 'qcow2', dir),
  };
}

const LATEST = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } } as const;
const STEM = `${IMAGE_ID}-2026.11.22-1`;

describe('every format carries the content of the release, read back by programs that are not ours', () => {
  test.each(DISK_FORMATS.filter(({ packing }) => packing === 'none'))('$id', async ({ id, suffix, qemuFormat }) => {
    const place = await setUp();
    const { path, sha256, sizeBytes } = await place.export(id);
    expect(path).toBe(join(place.outDir, `${STEM}.${suffix}`));
    expect(execFileSync('sha256sum', [path], { encoding: 'utf8' }).slice(0, 64)).toBe(sha256);
    expect(readFileSync(path)).toHaveLength(sizeBytes);
    expect(contentOf(path, qemuFormat, place.outDir)).toBe(await place.content());
    expect(readdirSync(place.outDir).toSorted()).toEqual(['content.raw', `${STEM}.${suffix}`].toSorted());
  });

  test('raw.zst unpacks to the disk itself', async () => {
    const place = await setUp();
    const { path } = await place.export('raw.zst');
    execFileSync('zstd', ['-q', '-t', path]);
    writeFileSync(join(place.outDir, 'unpacked'), execFileSync('zstd', ['-q', '-d', '-c', path], { maxBuffer: 2 ** 26 }));
    expect(readFileSync(join(place.outDir, 'unpacked'))).toHaveLength(DISK_BYTES);
    expect(contentOf(join(place.outDir, 'unpacked'), 'raw', place.outDir)).toBe(await place.content());
  });

  test('an appliance is a tar whose manifest, description and disk hold together', async () => {
    const place = await setUp();
    const { path } = await place.export('ova');
    expect(execFileSync('tar', ['-tf', path], { encoding: 'utf8' }).split('\n').slice(0, 3)).toEqual([`${STEM}.ovf`, `${STEM}.mf`, `${STEM}-disk1.vmdk`]);
    execFileSync('tar', ['-xf', path, '-C', place.outDir]);
    execFileSync('sha256sum', ['--strict', '-c', `${STEM}.mf`], { cwd: place.outDir, stdio: 'ignore' });
    const ask = (what: string): string => execFileSync('xmllint', ['--xpath', what, join(place.outDir, `${STEM}.ovf`)], { encoding: 'utf8' }).trim();
    const disk = readFileSync(join(place.outDir, `${STEM}-disk1.vmdk`));
    expect(ask(`string(//*[local-name()="File"]/@*[local-name()="href"])`)).toBe(`${STEM}-disk1.vmdk`);
    expect(ask(`string(//*[local-name()="File"]/@*[local-name()="size"])`)).toBe(String(disk.length));
    expect(ask(`string(//*[local-name()="Disk"]/@*[local-name()="capacity"])`)).toBe(String(10 * 2 ** 20));
    expect(contentOf(join(place.outDir, `${STEM}-disk1.vmdk`), 'vmdk', place.outDir)).toBe(await place.content());
  });

  test('a VMDK calls itself by the name under which it lies there', async () => {
    const place = await setUp();
    const inside = (path: string): string | undefined => /SPARSE "(.*)"/.exec(readFileSync(path, 'latin1'))?.[1];
    expect(inside((await place.export('vmdk', 'mine.vmdk')).path)).toBe('mine.vmdk');
    execFileSync('tar', ['-xf', (await place.export('ova')).path, '-C', place.outDir]);
    expect(inside(join(place.outDir, `${STEM}-disk1.vmdk`))).toBe(`${STEM}-disk1.vmdk`);
  });

  test('two appliances of one release are the same file', async () => {
    const place = await setUp();
    expect((await place.export('ova', 'b.ova')).sha256).toBe((await place.export('ova', 'a.ova')).sha256);
  });

  test('a containerDisk is an image that skopeo reads, with the very bytes of the release in its one layer', async () => {
    needTool('skopeo');
    const place = await setUp();
    const { path, sha256, sizeBytes } = await place.export('containerdisk');
    expect(path).toBe(join(place.outDir, `${STEM}.containerdisk.tar`));
    expect(createHash('sha256').update(readFileSync(path)).digest('hex')).toBe(sha256);
    expect(readFileSync(path)).toHaveLength(sizeBytes);
    const { release } = await openStore(place.desk.host, place.storeDir).find(LATEST);
    const { labels } = copiedImage(`oci-archive:${path}`, join(place.outDir, 'copy'));
    expect(labels).toMatchObject({ 'org.opencontainers.image.version': release.version, 'vnd.ingot.disk.sha256': release.disk.sha256 });
    expect(diskOfImage(join(place.outDir, 'copy'))).toEqual({
      entries: ['dr-xr-xr-x 107/107 0 2026-11-22 00:00 disk/', `-r--r----- 107/107 ${release.disk.sizeBytes} 2026-11-22 00:00 disk/${STEM}.qcow2`],
      sha256: release.disk.sha256,
    });
    expect((await place.export('containerdisk', 'again')).sha256).toBe(sha256);
  });

  test('Azure gets whole MiB, with a footer that says so', async () => {
    const place = await setUp();
    const { path } = await place.export('vhd');
    const bytes = readFileSync(path);
    expect(bytes).toHaveLength(10 * 2 ** 20 + 512);
    const footer = bytes.subarray(-512);
    expect(footer.toString('latin1', 0, 8)).toBe('conectix');
    expect([footer.readBigUInt64BE(40), footer.readBigUInt64BE(48), footer.readUInt32BE(60)]).toEqual([10n * 2n ** 20n, 10n * 2n ** 20n, 2]);
  });
});

describe('nothing half-made is given out', () => {
  test('a release that was written to is refused', async () => {
    const place = await setUp();
    const diskPath = await (await openStore(place.desk.host, place.storeDir).find(LATEST)).bringDisk();
    const bytes = readFileSync(diskPath);
    bytes.writeUInt8(1, bytes.length - 1);
    writeFileSync(diskPath, bytes);
    await expect(place.export('vmdk')).rejects.toMatchObject({ code: 'DISK_CHANGED' });
    expect(readdirSync(place.outDir)).toEqual([]);
  });

  test('a full disk is said in our words', async () => {
    const place = await setUp();
    const { host } = place.desk;
    const full: Desk = { ...place.desk, host: { ...host, run: (argv, options) => host.run(argv[1] === 'convert' ? FULL_DISK : argv, options) } };
    const wish = { storeLocation: place.storeDir, reference: IMAGE_ID, format: 'vmdk', out: { dir: place.outDir } };
    await expect(exportRelease(full, wish)).rejects.toMatchObject({ code: 'NO_SPACE', what: expect.stringContaining(place.outDir) as string });
    expect(readdirSync(place.outDir)).toEqual([]);
  });

  test('where fetched disks are kept is named when that is what is full, and not where the file goes', async () => {
    const place = await setUp();
    const server = createServer((request, response) => {
      const path = join(place.storeDir, request.url ?? '');
      if (existsSync(path)) response.end(request.method === 'HEAD' ? undefined : readFileSync(path));
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    try {
      const full = refusing(place.desk.host, Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }));
      const storeLocation = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      await expect(
        exportRelease({ ...place.desk, host: full }, { storeLocation, reference: IMAGE_ID, format: 'vmdk', out: { dir: place.outDir } }),
      ).rejects.toMatchObject({
        code: 'NO_SPACE',
        what: `No space is left in ${join(place.storeDir, '../build/cache/releases')}`,
        fix: expect.stringContaining('INGOT_BUILD_DIR') as string,
      });
      expect(readdirSync(place.outDir)).toEqual([]);
    } finally {
      server.close();
    }
  });

  test('a copy with another content is thrown away', async () => {
    const place = await setUp();
    const { host } = place.desk;
    const wrong: Desk = {
      ...place.desk,
      host: {
        ...host,
        run: async (argv, options) => {
          const result = await host.run(argv, options);
          if (argv[1] === 'convert') execFileSync('qemu-io', ['-f', 'vhdx', '-c', 'write -P 1 2M 512', argv.at(-1) ?? ''], { stdio: 'ignore' });
          return result;
        },
      },
    };
    const wish = { storeLocation: place.storeDir, reference: IMAGE_ID, format: 'vhdx', out: { dir: place.outDir } };
    await expect(exportRelease(wrong, wish)).rejects.toMatchObject({ code: 'TOOL_FAILED', details: [expect.stringContaining('Content mismatch')] });
    expect(readdirSync(place.outDir)).toEqual([]);
  });

  test('a layer with another disk in it is thrown away', async () => {
    const place = await setUp();
    const { host } = place.desk;
    const torn: Desk = {
      ...place.desk,
      host: {
        ...host,
        run: async (argv, options) => {
          if (argv[0] === 'tar' && argv.at(-1)?.endsWith('.qcow2')) {
            const path = join(argv[argv.indexOf('--directory') + 1] ?? '', argv.at(-1) ?? '');
            rmSync(path);
            writeFileSync(path, 'another disk');
          }
          return host.run(argv, options);
        },
      },
    };
    const wish = { storeLocation: place.storeDir, reference: IMAGE_ID, format: 'containerdisk', out: { dir: place.outDir } };
    await expect(exportRelease(torn, wish)).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', what: expect.stringContaining('The layer') as string });
    expect(readdirSync(place.outDir)).toEqual([]);
  });

  test('what a killed export left goes with the next one', async () => {
    const place = await setUp();
    mkdirSync(join(place.outDir, 'a.vmdk.partial'));
    writeFileSync(join(place.outDir, 'a.vmdk.partial/disk.vmdk'), 'half');
    writeFileSync(join(place.outDir, 'a.vmdk.lock'), 'of nobody');
    await place.export('vmdk', 'a.vmdk');
    expect(readdirSync(place.outDir)).toEqual(['a.vmdk']);
  });
});

describe('what is refused before anything is done', () => {
  test('a file that is there stays', async () => {
    const place = await setUp();
    writeFileSync(join(place.outDir, 'mine'), 'precious');
    await expect(place.export('vmdk', 'mine')).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('is there already') as string });
    expect(readFileSync(join(place.outDir, 'mine'), 'utf8')).toBe('precious');
  });

  test('a folder that is not there, a format that nobody knows', async () => {
    const place = await setUp();
    await expect(place.export('vmdk', 'no/such/file')).rejects.toMatchObject({ code: 'USAGE' });
    await expect(place.export('vdi')).rejects.toMatchObject({ code: 'USAGE', fix: expect.stringContaining('vmdk') as string });
    expect(existsSync(join(place.outDir, 'no'))).toBe(false);
  });
});

const FULL_DISK = ['bash', '-c', 'echo "qemu-img: error while writing: No space left on device" >&2; exit 1'] as const;
