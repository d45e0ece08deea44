import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { bootPartitionDisk, SHOWS_DISKS, type BootPartitionDisk } from '../support/boot-partition-disk.ts';

/** packer/native-layer.sh itself, on a disk of a few megabytes whose only program is the host's bash. */
describe.skipIf(!SHOWS_DISKS)('a layer on a base that has /boot on a partition of its own', () => {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-native-layer-'));
  afterAll(() => rmSync(dir, { recursive: true, force: true }));

  function bake(source: string, script: string) {
    const folder = mkdtempSync(join(dir, 'bake-'));
    const tree = join(folder, 'root.tree');
    for (const path of ['bin', 'dev', 'proc', 'run', 'tmp', 'var/tmp', 'usr/sbin', 'etc']) mkdirSync(join(tree, path), { recursive: true });
    for (const path of ['/bin/bash', ...librariesOf('/bin/bash')]) {
      mkdirSync(dirname(join(tree, path)), { recursive: true });
      copyFileSync(path, join(tree, path));
    }
    const made = bootPartitionDisk(folder, source);
    for (const name of ['payload', 'work']) mkdirSync(join(folder, name));
    writeFileSync(join(folder, 'payload/layer'), 'configure\n');
    writeFileSync(join(folder, 'payload/run-layer.sh'), script);
    const outputPath = join(folder, 'layer.qcow2');
    const env = { ...process.env, PARENT_DISK: made.diskPath, OUTPUT_DISK: outputPath, PAYLOAD_DIR: join(folder, 'payload'), WORK_DIR: join(folder, 'work') };
    return { ...spawnSync('bash', ['packer/native-layer.sh'], { encoding: 'utf8', env }), made, outputPath };
  }

  test('a new kernel lies where the boot loader looks for it, and nothing hides below the partition', () => {
    const { status, stderr, made, outputPath } = bake('LABEL=BOOT', 'echo new >/boot/vmlinuz-new\n');
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(namesIn(outputPath, made, 1, '/')).toContain('vmlinuz-new');
    expect(namesIn(outputPath, made, 2, '/boot')).not.toContain('vmlinuz-new');
    expect(namesIn(made.diskPath, made, 1, '/')).not.toContain('vmlinuz-new');
  });

  test.each([
    'UUID="11111111-2222-4333-8444-555555555555"',
    'PARTUUID=aaaaaaaa-bbbb-4ccc-8ddd-eeeeeeeeeeee',
    'PARTUUID=AAAAAAAA-BBBB-4CCC-8DDD-EEEEEEEEEEEE',
    '/dev/disk/by-label/BOOT',
    '/dev/vda1',
  ])('it is found by %s', (source) => {
    const { status, stderr, made, outputPath } = bake(source, 'echo new >/boot/vmlinuz-new\n');
    expect({ status, stderr: status === 0 ? '' : stderr }).toEqual({ status: 0, stderr: '' });
    expect(namesIn(outputPath, made, 1, '/')).toContain('vmlinuz-new');
  });

  test('one that is not there ends the layer before anything is changed', () => {
    const { status, stderr } = bake('LABEL=GONE', 'true\n');
    expect(status).toBe(1);
    expect(stderr).toContain('fstab has LABEL=GONE at /boot');
    expect(stderr).toContain('--driver vm');
  });
});

function librariesOf(program: string): readonly string[] {
  return execFileSync('ldd', [program], { encoding: 'utf8' }).match(/\/\S+/g) ?? [];
}

/** Read without mounting it. */
function namesIn(diskPath: string, { table }: BootPartitionDisk, number: number, path: string): string {
  const at = table.find((partition) => partition.number === number)?.offsetBytes ?? 0;
  const raw = `${diskPath}.raw`;
  execFileSync('qemu-img', ['convert', '-O', 'raw', diskPath, raw]);
  return execFileSync('debugfs', ['-R', `ls ${path}`, `${raw}?offset=${at}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
}
