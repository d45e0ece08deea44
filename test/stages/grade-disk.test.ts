import { expect, test } from 'vitest';
import type { WantedGrade } from '../../scripts/model/grading.ts';
import { gradeDisk, type DiskToGrade } from '../../scripts/stages/grade-disk.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';
import { probeFrames } from '../support/probe-frames.ts';

const WEB: WantedGrade = { id: 'web', title: 'web', grader: 'exposure', goal: 2, unitFact: 'webUnit' };
const root = { number: 1, offsetBytes: 1024, sizeBytes: 4096, linux: true };
const disk = { path: '/d.qcow2', format: 'qcow2', virtualSizeBytes: 1, fileSizeBytes: 1, root, partitions: [], sha256: 'a' } as const;

function ask(answer: Omit<Answer, 'command'>, changes: Partial<DiskToGrade> = {}, isRoot = true) {
  const host = fakeHost([{ command: 'bash -s', ...answer }], { isRoot });
  const input = { wanted: [WEB], disk, gradersDir: '/graders', facts: { webUnit: 'web' }, scratchDir: host.dir, nonce: 'n', ...changes };
  return gradeDisk.run(input, contextOf(host));
}

test('each grader’s own words become its answer', async () => {
  const answers = await ask({ stdout: probeFrames('n', { web: '→ Overall exposure level for web.service: 1.9 OK\n' }) });
  expect(answers.get('web')).toMatchObject({ score: 1.9 });
});

test('a disk that cannot be looked into has no score, whatever was said last time', async () => {
  expect((await ask({ exitCode: 73 })).get('web')).toMatchObject({
    score: null,
    detail: 'the disk could not be looked into: it ended with status 73 and said nothing',
  });
  expect((await ask({ exitCode: 73, stderr: 'noise\nmount: wrong fs type\n' })).get('web')?.detail).toBe(
    'the disk could not be looked into: noise | mount: wrong fs type',
  );
  expect((await ask({}, { disk: { ...disk, root: undefined } })).get('web')).toMatchObject({ score: null });
  expect((await ask({}, {}, false)).get('web')).toMatchObject({ score: null, detail: expect.stringContaining('needs root') as string });
});

test('nothing is mounted for graders that need a machine', async () => {
  expect((await ask({}, { wanted: [{ ...WEB, grader: 'lynis' }] })).size).toBe(0);
});
