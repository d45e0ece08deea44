import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { LayerPlan } from '../../scripts/model/build-plan.ts';
import { clearFreeBlocks } from '../../scripts/stages/clear-free-blocks.ts';
import { diskWithDeleted, type MadeDisk } from '../support/disk-with-deleted.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { samplePlan } from '../support/sample-bake.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';
const [lowest = (() => expect.unreachable())()] = samplePlan().layers;
const layer = { ...lowest, name: 'sealed' as const };
const UNSETTLED = 'dumpe2fs() { command dumpe2fs "$@" | sed "/^Filesystem features:/s/$/ needs_recovery/"; }';

let disk: MadeDisk;
beforeAll(() => {
  disk = diskWithDeleted([KEY, 'x'.repeat(9000)]);
  // What shows the disk as a plain file needs FUSE: this one copies it.
  writeFileSync(join(disk.dir, 'qemu-storage-daemon'), `#!/bin/sh\ncp ${disk.rawPath} shown; exec sleep infinity\n`, { mode: 0o755 });
}, 60_000);
afterAll(() => disk.remove());

/** Clears a fresh overlay by the very script that the stage writes; what comes first in the shell may spoil it. */
async function clear(diskPath: string, spoilt = '', of: LayerPlan = layer): Promise<RecordingDesk> {
  const run: Answer & { stdout?: string; stderr?: string; exitCode?: number } = {
    command: /^bash .*clear-free-blocks\.sh$/,
    effect: ([, path = ''], { env = {} }) => {
      const script = `${spoilt}\n. ${path}`;
      try {
        run.stdout = execFileSync('bash', ['-c', script], {
          env: { ...env, PATH: `${disk.dir}:${process.env['PATH'] ?? ''}` },
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

function overlay(name: string): string {
  const path = join(disk.dir, name);
  copyFileSync(disk.path, path);
  return path;
}

const bytesOf = (path: string): string => {
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', path, `${path}.raw`]);
  return execFileSync('cat', [`${path}.raw`], { encoding: 'latin1', maxBuffer: 2 ** 26 });
};

describe('clearFreeBlocks', () => {
  test('writes zeros over what was deleted, in the overlay alone, and leaves every file as it was', async () => {
    const path = overlay('cleared.qcow2');
    expect(bytesOf(path)).toContain(KEY);
    const { events } = await clear(path);
    expect(events).toEqual([
      { type: 'progress', stage: layer.name, message: expect.stringMatching(/^Cleared \d+ KiB of free blocks that held data$/) as string },
    ]);
    expect(bytesOf(path)).not.toContain(KEY);
    expect(bytesOf(path)).toContain('kept');
    expect(bytesOf(join(disk.dir, 'parent.qcow2'))).toContain(KEY);
    execFileSync('e2fsck', ['-fn', `${path}.raw?offset=1048576`], { stdio: 'pipe' });
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

  test('says that the free space of another file system is not looked into', async () => {
    expect((await clear(overlay('other.qcow2'), 'blkid() { echo xfs; }')).events).toMatchObject([{ message: 'Free space of xfs is not looked into' }]);
  });

  test('leaves a lower layer as it is whose journal the next one plays back: what is free there is not yet known', async () => {
    const path = overlay('unsettled.qcow2');
    const { events } = await clear(path, UNSETTLED, lowest);
    expect(events).toMatchObject([{ message: expect.stringContaining('waits for its journal') as string }]);
    expect(bytesOf(path)).toContain(KEY);
  });
});
