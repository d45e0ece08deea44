import { execFileSync } from 'node:child_process';
import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { clearFreeBlocks } from '../../scripts/stages/clear-free-blocks.ts';
import { diskWithDeleted, type MadeDisk } from '../support/disk-with-deleted.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { samplePlan } from '../support/sample-bake.ts';

const KEY = '-----BEGIN OPENSSH PRIVATE KEY-----';
const [layer = (() => expect.unreachable())()] = samplePlan().layers;

let disk: MadeDisk;
beforeAll(() => {
  disk = diskWithDeleted([KEY, 'x'.repeat(9000)]);
  // What shows the disk as a plain file needs FUSE: this one copies it.
  for (const [name, text] of [['qemu-storage-daemon', `cp ${disk.rawPath} shown; exec sleep infinity`]] as const) {
    writeFileSync(join(disk.dir, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  }
}, 60_000);
afterAll(() => disk.remove());

/** Clears a fresh overlay by the very script that the stage writes; what comes first in the shell may spoil it. */
async function clear(diskPath: string, spoilt = ''): Promise<RecordingDesk> {
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
  await clearFreeBlocks({ layer, diskPath, workDir: host.dir }, desk);
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
    ['they cannot be read', 'qemu-io() { return 1; }', /could not be read/],
    ['the disk cannot be shown', 'kill() { return 1; }; qemu-storage-daemon() { return 1; }', /the storage daemon did not start/],
  ])('fails when %s', async (_title, spoilt, reason) => {
    const failed = clear(overlay('spoilt.qcow2'), spoilt);
    await expect(failed).rejects.toMatchObject({ code: 'BAKE_FAILED', details: expect.arrayContaining([expect.stringMatching(reason)]) as unknown });
  });

  test('says that the free space of another file system is not looked into', async () => {
    expect((await clear(overlay('other.qcow2'), 'blkid() { echo xfs; }')).events).toMatchObject([{ message: 'Free space of xfs is not looked into' }]);
  });
});
