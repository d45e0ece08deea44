import { expect, test, vi } from 'vitest';
import { inspectDisk } from '../../scripts/stages/inspect-disk.ts';
import { listTree } from '../../scripts/stages/list-tree.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';

const root = { number: 1, offsetBytes: 1024, sizeBytes: 4096, linux: true };
vi.spyOn(inspectDisk, 'run').mockResolvedValue({
  path: '/d.qcow2',
  format: 'qcow2',
  virtualSizeBytes: 1,
  fileSizeBytes: 1,
  root,
  partitions: [],
  sha256: 'a'.repeat(64),
});

function list(answer: Omit<Answer, 'command'>) {
  const host = fakeHost([{ command: 'bash -s', ...answer }], { projectDir: process.cwd() });
  return listTree.run({ diskPath: '/d.qcow2', scratchDir: host.dir }, contextOf(host));
}

test('a disk that cannot be looked into is refused with the last lines of what the tool said', async () => {
  await expect(list({ exitCode: 73, stderr: 'noise\nmount: wrong fs type\n' })).rejects.toMatchObject({
    ...{ code: 'HOST_NOT_READY', what: 'The files of /d.qcow2 cannot be listed' },
    details: ['noise', 'mount: wrong fs type'],
  });
});
