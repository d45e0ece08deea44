import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Argv } from '../../scripts/host/host.ts';
import { localRun } from '../../scripts/host/local-processes.ts';
import { checkImage, commitArgv, compactArgv, convertArgv, createOverlayArgv, exportArgv, imageInfo, renameBackingArgv } from '../../scripts/tools/qemu-img.ts';
import { fakeHost } from '../support/fake-host.ts';
import { needTool } from '../support/need-tool.ts';

const INFO = {
  ...{ 'virtual-size': 21_474_836_480, filename: '/d.qcow2', 'cluster-size': 65_536, format: 'qcow2', 'actual-size': 200_704, 'dirty-flag': false },
  'format-specific': { type: 'qcow2', data: { compat: '1.1', 'compression-type': 'zstd' } },
};

describe('argv', () => {
  test.each<[string, Argv, string]>([
    ['overlay', createOverlayArgv({ path: 'o', backing: 'b', backingFormat: 'qcow2' }), 'qemu-img create -q -f qcow2 -b b -F qcow2 o'],
    ['larger overlay', createOverlayArgv({ path: 'o', backing: 'b', backingFormat: 'raw', sizeBytes: 4096 }), 'qemu-img create -q -f qcow2 -b b -F raw o 4096'],
    [
      'compaction with zstd',
      compactArgv({ from: 'a', to: 'b', compression: 'zstd' }),
      'qemu-img convert -c -o compression_type=zstd,cluster_size=256K -m 4 -W -O qcow2 a b',
    ],
    [
      'compaction with zlib',
      compactArgv({ from: 'a', to: 'b', compression: 'zlib' }),
      'qemu-img convert -c -o compression_type=zlib,cluster_size=64K -m 4 -W -O qcow2 a b',
    ],
    ['conversion', convertArgv({ from: 'a', fromFormat: 'raw', to: 'b' }), 'qemu-img convert -W -m 4 -f raw -O qcow2 a b'],
    [
      'export',
      exportArgv({ from: 'a', to: 'b', format: { qemuFormat: 'vpc', options: 'subformat=fixed', compress: false } }),
      'qemu-img convert -W -m 4 -f qcow2 -O vpc -o subformat=fixed a b',
    ],
    [
      'export of a format that QEMU compresses',
      exportArgv({ from: 'a', to: 'b', format: { qemuFormat: 'qcow2', options: 'compression_type=zlib', compress: true } }),
      'qemu-img convert -c -W -m 4 -f qcow2 -O qcow2 -o compression_type=zlib a b',
    ],
    [
      'export of a format that is a stream',
      exportArgv({ from: 'a', to: 'b', format: { qemuFormat: 'vmdk', options: 'subformat=streamOptimized', compress: false, inOrder: true } }),
      'qemu-img convert -m 4 -f qcow2 -O vmdk -o subformat=streamOptimized a b',
    ],
    ['another parent', renameBackingArgv({ path: 'o', backing: 'p' }), 'qemu-img rebase -u -b p -F qcow2 o'],
    ['commit', commitArgv('o'), 'qemu-img commit -q -t unsafe o'],
  ])('%s', (_title, argv, line) => {
    expect(argv.join(' ')).toBe(line);
  });
});

describe('imageInfo', () => {
  test('says what a disk is, without taking its lock', async () => {
    const host = fakeHost([{ command: 'qemu-img info --output=json --force-share /d.qcow2', stdout: JSON.stringify(INFO) }]);
    expect(await imageInfo(host, '/d.qcow2')).toEqual({
      ...{ format: 'qcow2', virtualSizeBytes: 21_474_836_480, sizeBytes: 200_704, backingFile: undefined, compression: 'zstd' },
    });
  });

  test('names what a disk stands on, and knows no compression of a raw one', async () => {
    const info = { ...INFO, format: 'raw', 'backing-filename': 'base.qcow2', 'format-specific': undefined };
    expect(await imageInfo(fakeHost([{ command: 'qemu-img info', stdout: JSON.stringify(info) }]), '/d')).toMatchObject({
      ...{ format: 'raw', backingFile: 'base.qcow2', compression: undefined },
    });
  });

  test('refuses what QEMU cannot read, with its last words', async () => {
    const stderr = 'one\ntwo\nthree\nqemu-img: Could not open';
    await expect(imageInfo(fakeHost([{ command: 'qemu-img info', exitCode: 1, stderr }]), '/x.qcow2')).rejects.toMatchObject({
      ...{ code: 'BASE_INVALID', exitStatus: 4, what: '/x.qcow2 is not a disk that QEMU can read', details: ['two', 'three', 'qemu-img: Could not open'] },
    });
  });
});

describe('checkImage', () => {
  test.each([0, 63])('is content with status %d', async (exitCode) => {
    await expect(checkImage(fakeHost([{ command: 'qemu-img check --force-share /d', exitCode }]), '/d')).resolves.toBeUndefined();
  });

  test.each([1, 2, 3])('refuses a disk with status %d, showing why', async (exitCode) => {
    const host = fakeHost([{ command: 'qemu-img check', exitCode, stdout: 'Leaked cluster 5', stderr: 'ERROR cluster 7' }]);
    await expect(checkImage(host, '/d')).rejects.toMatchObject({
      code: 'BASE_INVALID',
      what: 'The disk /d is damaged',
      details: ['Leaked cluster 5', 'ERROR cluster 7'],
    });
  });
});

describe('with the real qemu-img', () => {
  const run = localRun(new AbortController().signal, false);

  test('an overlay that is renamed onto a compressed copy of its parent and committed gives the changed disk', { timeout: 60_000 }, async () => {
    needTool('qemu-img');
    needTool('qemu-io');
    const host = { ...fakeHost(), run };
    const at = (name: string): string => join(host.dir, name);
    const write = (path: string, pattern: string): unknown => execFileSync('qemu-io', ['-c', `write -P ${pattern} 65536 65536`, path]);
    await run(['qemu-img', 'create', '-q', '-f', 'qcow2', at('base'), '8M']);
    write(at('base'), '0x11');
    await run(compactArgv({ from: at('base'), to: at('flat'), compression: 'zstd' }));
    await run(createOverlayArgv({ path: at('overlay'), backing: at('base'), backingFormat: 'qcow2' }));
    write(at('overlay'), '0x22');
    await run(renameBackingArgv({ path: at('overlay'), backing: at('flat') }));
    await run(commitArgv(at('overlay')));
    expect(await imageInfo(host, at('flat'))).toMatchObject({ format: 'qcow2', backingFile: undefined, compression: 'zstd', virtualSizeBytes: 8 * 2 ** 20 });
    await checkImage(host, at('flat'));
    expect(execFileSync('qemu-io', ['-c', 'read -P 0x22 65536 65536', at('flat')], { encoding: 'utf8' })).not.toContain('failed');
    expect(await imageInfo(host, at('overlay'))).toMatchObject({ backingFile: at('flat') });
  });

  test('a torn and an empty file are refused', async () => {
    needTool('qemu-img');
    const host = { ...fakeHost(), run };
    await run(['qemu-img', 'create', '-q', '-f', 'qcow2', join(host.dir, 'a'), '8M']);
    await host.files.truncate(join(host.dir, 'a'), 60);
    await expect(imageInfo(host, join(host.dir, 'a')).then(() => checkImage(host, join(host.dir, 'a')))).rejects.toMatchObject({ code: 'BASE_INVALID' });
    await expect(imageInfo(host, join(host.dir, 'none'))).rejects.toMatchObject({ code: 'BASE_INVALID' });
  });
});
