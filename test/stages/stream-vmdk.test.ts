import { execFileSync } from 'node:child_process';
import { readFileSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { streamVmdk } from '../../scripts/stages/stream-vmdk.ts';
import { fakeHost } from '../support/fake-host.ts';
import { needTool } from '../support/need-tool.ts';

const MIB = 2 ** 20;
/** Four tables' worth of grains: of the second none is there. */
const DISK_MIB = 97;
const WRITES = ['write -P 0xa5 1M 192K', 'write -P 0x17 70M 64K', 'write -P 0xff 96M 1M'];

interface Written {
  readonly dir: string;
  readonly from: string;
  readonly raw: string;
  readonly stream: (name: string) => Promise<string>;
}

/** A disk as qemu-img writes it; each time with another id of its own. */
function written(): Written {
  for (const tool of ['qemu-img', 'qemu-io']) needTool(tool);
  const { dir } = fakeHost();
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
  const [raw, from] = [join(dir, 'disk.raw'), join(dir, 'written.vmdk')];
  execFileSync('qemu-img', ['create', '-q', '-f', 'raw', raw, `${DISK_MIB}M`]);
  execFileSync('qemu-io', ['-f', 'raw', ...WRITES.flatMap((write) => ['-c', write]), raw], { stdio: 'ignore' });
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', raw, from]);
  const stream = async (name: string): Promise<string> => {
    await streamVmdk(host, { from, to: join(dir, name), name, contentId: 'cafe0001' });
    return join(dir, name);
  };
  return { dir, from, raw, stream };
}

/** Goes through a file as an importer that gets it over the network: what it meets, up to the end of the stream. */
function met(bytes: Buffer): { readonly blocks: readonly (string | number)[]; readonly endBytes: number } {
  const KINDS = ['end', 'table', 'directory', 'footer'];
  const blocks: (string | number)[] = [];
  let at = 128 * 512;
  while (at < bytes.length) {
    const [value, sizeBytes] = [Number(bytes.readBigUInt64LE(at)), bytes.readUInt32LE(at + 8)];
    const kind = KINDS[bytes.readUInt32LE(at + 12)];
    blocks.push(sizeBytes > 0 ? value / 128 : (kind ?? 'strange'));
    at += sizeBytes > 0 ? Math.ceil((12 + sizeBytes) / 512) * 512 : 512 + value * 512;
    if (blocks.at(-1) === 'end') break;
  }
  return { blocks, endBytes: at };
}

test('grains come in the order of the disk, tables behind their grains, the directory last; the file ends where its stream ends', async () => {
  const { stream } = written();
  const bytes = readFileSync(await stream('a.vmdk'));
  const { blocks, endBytes } = met(bytes);
  const last = Array.from({ length: 16 }, (_, index) => 96 * 16 + index);
  expect(blocks).toEqual([16, 17, 18, 'table', 70 * 16, 'table', ...last, 'table', 'directory', 'footer', 'end']);
  expect(endBytes).toBe(bytes.length);
});

test('what qemu-img writes is not such a stream: the day it is, this stage can go', () => {
  const bytes = readFileSync(written().from);
  const { blocks, endBytes } = met(bytes);
  expect(blocks).not.toContain('directory');
  expect(endBytes).toBeLessThan(bytes.length);
});

test('QEMU finds the same disk in it', async () => {
  const { stream, raw } = written();
  const path = await stream('a.vmdk');
  expect(execFileSync('qemu-img', ['compare', '-f', 'raw', '-F', 'vmdk', raw, path], { encoding: 'utf8' })).toContain('identical');
  expect(execFileSync('qemu-img', ['check', path], { encoding: 'utf8' })).toContain('No errors');
  expect(JSON.parse(execFileSync('qemu-img', ['info', '--output=json', path], { encoding: 'utf8' }))).toMatchObject({ 'virtual-size': DISK_MIB * MIB });
});

test('one disk is one file, whenever it is written', async () => {
  const [first, second] = [written(), written()];
  expect(readFileSync(first.from).equals(readFileSync(second.from))).toBe(false);
  expect(readFileSync(await first.stream('a.vmdk')).equals(readFileSync(await second.stream('a.vmdk')))).toBe(true);
});

test('a file that is cut off is refused', async () => {
  const { from, stream } = written();
  truncateSync(from, 66 * 1024);
  await expect(stream('a.vmdk')).rejects.toMatchObject({ code: 'TOOL_FAILED' });
});

test('an empty disk is a stream too', async () => {
  const { dir, from, stream } = written();
  execFileSync('qemu-img', ['create', '-q', '-f', 'raw', join(dir, 'empty.raw'), '1M']);
  execFileSync('qemu-img', ['convert', '-f', 'raw', '-O', 'vmdk', '-o', 'subformat=streamOptimized', join(dir, 'empty.raw'), from]);
  expect(met(readFileSync(await stream('a.vmdk'))).blocks).toEqual(['directory', 'footer', 'end']);
});
