import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LayerPlan } from '../../scripts/model/build-plan.ts';
import { clearFreeBlocks } from '../../scripts/stages/clear-free-blocks.ts';
import { addCopyingDaemon } from '../support/copying-daemon.ts';
import { DISK_TYPES, diskWithDeleted, type DiskType, type MadeDisk } from '../support/disk-with-deleted.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { samplePlan } from '../support/sample-bake.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';
const [lowest = (() => expect.unreachable())()] = samplePlan().layers;
const layer = { ...lowest, name: 'sealed' as const };
const UNSETTLED = 'dumpe2fs() { command dumpe2fs "$@" | sed "/^Filesystem features:/s/$/ needs_recovery/"; }';

const disks = new Map<DiskType, MadeDisk>();
beforeAll(() => {
  for (const type of DISK_TYPES) {
    const disk = diskWithDeleted([KEY, 'x'.repeat(9000)], type);
    disks.set(type, disk);
    addCopyingDaemon(disk);
  }
}, 60_000);
afterAll(() => disks.forEach(({ remove }) => remove()));
const made = (type: DiskType): MadeDisk => disks.get(type) ?? expect.unreachable();

/** Clears a fresh overlay by the very script that the stage writes; what comes first in the shell may spoil it. */
async function clear(diskPath: string, spoilt = '', of: LayerPlan = layer): Promise<RecordingDesk> {
  const run: Answer & { stdout?: string; stderr?: string; exitCode?: number } = {
    command: /^bash .*clear-free-blocks\.sh$/,
    effect: ([, path = ''], { env = {} }) => {
      const script = `${spoilt}\n. ${path}`;
      try {
        run.stdout = execFileSync('bash', ['-c', script], {
          env: { ...env, PATH: `${dirname(diskPath)}:${process.env['PATH'] ?? ''}` },
          encoding: 'utf8',
          stdio: 'pipe',
        });
      } catch (error) {
        Object.assign(run, { exitCode: 1, stderr: String((error as { stderr: unknown }).stderr) });
      }
    },
  };
  const host = fakeHost([run]);
  const desk = deskOf(host);
  await clearFreeBlocks({ layer: of, diskPath, workDir: host.dir }, desk);
  return desk;
}

function overlay(name: string, type: DiskType = 'ext4'): string {
  const { dir, path: from } = made(type);
  const path = join(dir, name);
  copyFileSync(from, path);
  return path;
}

/** Which of the texts stand anywhere on the disk. */
function textsOn(path: string): readonly string[] {
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', path, `${path}.raw`]);
  return [KEY, 'kept'].filter((text) => spawnSync('grep', ['-qaFe', text, `${path}.raw`]).status === 0);
}

/** The file system's own check of the disk that was last searched for texts. */
function check(path: string, type: DiskType): void {
  if (type === 'ext4') execFileSync('e2fsck', ['-fn', `${path}.raw?offset=1048576`], { stdio: 'pipe' });
  else
    execFileSync('bash', ['-c', 'dd if="$1.raw" of="$1.part" bs=1M skip=1 count=320 conv=sparse status=none && xfs_repair -n -f "$1.part"', 'check', path], {
      stdio: 'pipe',
    });
}

describe('clearFreeBlocks', () => {
  test.each(DISK_TYPES)('writes zeros over what was deleted, in the overlay alone, and leaves every file as it was: %s', async (type) => {
    const path = overlay('cleared.qcow2', type);
    expect(textsOn(path)).toEqual([KEY, 'kept']);
    const { events } = await clear(path);
    expect(events).toEqual([
      { type: 'progress', stage: layer.name, message: expect.stringMatching(/^Cleared \d+ KiB of free blocks that held data$/) as string },
    ]);
    expect(textsOn(path)).toEqual(['kept']);
    check(path, type);
    expect(textsOn(join(made(type).dir, 'parent.qcow2'))).toEqual([KEY, 'kept']);
    expect((await clear(path)).events).toMatchObject([{ message: 'Free blocks hold no data' }]);
  });

  test.each([
    [
      'nothing is written',
      'qemu-io() { [[ $* == *--force-share* ]] || { cat >/dev/null; return 0; }; command qemu-io "$@"; }',
      /pieces of its free space hold data as before/,
    ],
    ['the free blocks cannot be listed', 'dumpe2fs() { return 1; }', /could not be listed/],
    ['its journal says otherwise', UNSETTLED, /could not be listed/],
    ['they cannot be read', 'qemu-io() { return 1; }', /could not be read/],
    ['the disk cannot be shown', 'kill() { return 1; }; setpriv() { return 1; }', /the storage daemon did not start/],
  ])('fails when %s', async (_title, spoilt, reason) => {
    const failed = clear(overlay('spoilt.qcow2'), spoilt);
    await expect(failed).rejects.toMatchObject({ code: 'BAKE_FAILED', details: expect.arrayContaining([expect.stringMatching(reason)]) as unknown });
  });

  test.each<[string, DiskType, string, RegExp]>([
    ['another file system is not known', 'ext4', 'blkid() { echo btrfs; }', /the free space of btrfs is not looked into/],
    ['a package is missing', 'xfs', 'command() { [[ $* != "-v xfs_db" ]] && builtin command "$@"; }', /install xfsprogs on the host/],
  ])('says why when %s', async (_title, type, spoilt, reason) => {
    const failed = clear(overlay('unlike.qcow2', type), spoilt);
    await expect(failed).rejects.toMatchObject({ code: 'BAKE_FAILED', details: expect.arrayContaining([expect.stringMatching(reason)]) as unknown });
  });

  test('leaves a lower layer as it is whose journal the next one plays back: what is free there is not yet known', async () => {
    const path = overlay('unsettled.qcow2');
    const { events } = await clear(path, UNSETTLED, lowest);
    expect(events).toMatchObject([{ message: expect.stringContaining('waits for its journal') as string }]);
    expect(textsOn(path)).toEqual([KEY, 'kept']);
  });
});
