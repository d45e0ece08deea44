import { execFileSync } from 'node:child_process';
import { readFileSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { inspectDisk } from '../../scripts/stages/inspect-disk.ts';
import { contextOf } from '../support/fake-guest.ts';
import { needTool } from '../support/need-tool.ts';

const dir = mkdtempSync(join(tmpdir(), 'ingot-inspect-'));
const at = (name: string): string => join(dir, name);
const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
const inspect = (name: string) => inspectDisk.run({ diskPath: at(name), scratchDir: dir }, contextOf(host));

beforeAll(() => {
  needTool('qemu-img');
  writeFileSync(at('raw.img'), '');
  truncateSync(at('raw.img'), 64 * 2 ** 20);
  execFileSync('sfdisk', ['-q', at('raw.img')], { input: 'label: gpt\nstart=2048, size=40960, type=L\nstart=43008, size=2048, type=U\n' });
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', at('raw.img'), at('good.qcow2')]);
});

describe('inspectDisk', () => {
  test.each([
    ['good.qcow2', 'qcow2'],
    ['raw.img', 'raw'],
  ])('finds out what %s is, and changes nothing about it', async (name, format) => {
    const before = { bytes: readFileSync(at(name)), modified: statSync(at(name)).mtimeMs };
    await expect(inspect(name)).resolves.toMatchObject({
      format,
      path: at(name),
      virtualSizeBytes: 64 * 2 ** 20,
      root: { number: 1, offsetBytes: 2 ** 20, sizeBytes: 20 * 2 ** 20, linux: true },
      sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string,
    });
    expect(readFileSync(at(name)).equals(before.bytes)).toBe(true);
    expect(statSync(at(name)).mtimeMs).toBe(before.modified);
  });

  test('a link is measured where it leads', async () => {
    symlinkSync(at('good.qcow2'), at('current.qcow2'));
    await expect(inspect('current.qcow2')).resolves.toMatchObject({ path: at('good.qcow2'), fileSizeBytes: statSync(at('good.qcow2')).size });
    symlinkSync(at('nowhere'), at('dangling.qcow2'));
    await expect(inspect('dangling.qcow2')).rejects.toMatchObject({ code: 'BASE_INVALID', what: expect.stringContaining('does not exist') });
  });

  const write = (name: string, bytes: Uint8Array | string): void => writeFileSync(at(name), bytes);
  const good = (): Buffer => readFileSync(at('good.qcow2'));
  test.each<[string, string, () => unknown]>([
    ['none.qcow2', 'does not exist', () => undefined],
    ['text.img', 'has no partition table that can be read', () => write('text.img', 'hello\n')],
    ['empty.img', 'has no partition table that can be read', () => write('empty.img', '')],
    ['half.qcow2', 'is damaged', () => write('half.qcow2', good().subarray(0, 300_000))],
    ['cut.img', 'is cut off', () => write('cut.img', readFileSync(at('raw.img')).subarray(0, 8 * 2 ** 20))],
    [
      'refcounts.qcow2',
      'is damaged',
      () => write('refcounts.qcow2', Buffer.concat([good().subarray(0, 65_536), Buffer.alloc(8, 0x7f), good().subarray(65_544)])),
    ],
    [
      'overlay.qcow2',
      'has a backing file',
      () => execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', at('good.qcow2'), '-F', 'qcow2', at('overlay.qcow2')]),
    ],
    [
      'data.qcow2',
      'keeps its data in another file',
      () => execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-o', `data_file=${at('data.raw')}`, at('data.qcow2'), '1M']),
    ],
    ['other.vdi', 'has the format vdi', () => execFileSync('qemu-img', ['create', '-q', '-f', 'vdi', at('other.vdi'), '1M'])],
    ['.', 'is not a file', () => undefined],
  ])('refuses %s: it %s', async (name, why, make) => {
    make();
    await expect(inspect(name)).rejects.toMatchObject({ code: 'BASE_INVALID', what: expect.stringContaining(why) as string });
  });
});
