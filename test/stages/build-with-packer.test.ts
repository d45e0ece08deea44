import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Argv, RunOptions } from '../../scripts/host/host.ts';
import { withScope } from '../../scripts/host/scope.ts';
import { buildWithPacker } from '../../scripts/stages/build-with-packer.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { driverJob } from './driver-job.ts';

const FILES = [{ path: 'image.pkr.hcl', text: 'build {}\n', mode: 0o644 }];
const SAID = [
  'null.layer: output will be in this color.',
  '',
  '==> null.layer: Running local shell script: /tmp/packer-shell1',
  '    null.layer: Reading package lists...',
  '==> null.layer: ==> web/configure.sh',
  '    ingot.qemu.layer: from another source',
  "Build 'null.layer' finished after 2 seconds.",
].join('\n');

interface Build {
  readonly host: FakeHost;
  readonly desk: RecordingDesk;
  readonly job: ReturnType<typeof driverJob>;
  readonly run: () => Promise<void>;
}

/** A layer whose Packer answers like this; unless told otherwise it writes the disk. */
function buildOf(answer: Partial<Answer>): Build {
  const host: FakeHost = fakeHost([{ command: 'packer build', effect: () => writeFileSync(job.partialPath, 'disk'), ...answer }]);
  const job = driverJob(host, 'configure');
  const desk = deskOf(host);
  return {
    host,
    desk,
    job,
    run: () => withScope((scope) => buildWithPacker({ job, files: FILES }, { ...desk, scope })),
  };
}

describe('buildWithPacker', () => {
  test('runs Packer on the generated files, contained, with all that it writes in the work folder', async () => {
    const seen: { argv?: Argv; options?: RunOptions } = {};
    const { job, run } = buildOf({
      effect: (argv, options) => {
        Object.assign(seen, { argv, options });
        writeFileSync(job.partialPath, 'disk');
      },
    });
    await run();
    const hclDir = join(job.workDir, 'packer');
    const cacheDir = join(job.workDir, 'packer-cache');
    expect(seen.argv).toEqual(['packer', 'build', '-color=false', hclDir]);
    expect(seen.options).toMatchObject({
      contain: true,
      cwd: job.workDir,
      env: { CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: cacheDir, TMPDIR: '/proc/self/cwd/packer-cache' },
    });
    expect(readFileSync(join(hclDir, 'image.pkr.hcl'), 'utf8')).toBe('build {}\n');
    expect(statSync(cacheDir).isDirectory()).toBe(true);
  });

  test('keeps every line in the layer’s log, and tells each without Packer’s prefix', async () => {
    const { job, desk, run } = buildOf({ stdout: SAID });
    await run();
    expect(readFileSync(job.logPath, 'utf8')).toBe(`${SAID}\n`);
    expect(desk.events).toEqual(
      [
        ...['output will be in this color.', '', 'Running local shell script: /tmp/packer-shell1', 'Reading package lists...', '==> web/configure.sh'],
        ...['from another source', "Build 'null.layer' finished after 2 seconds."],
      ].map((message) => ({ type: 'progress', stage: 'configure', message })),
    );
  });

  test('names the step that failed, shows the last lines, and says where all of them are', async () => {
    const { job, run } = buildOf({
      exitCode: 1,
      stdout: `${'    null.layer: noise\n'.repeat(40)}    null.layer: nginx: bad directive\n    null.layer: ingot: step web/configure.sh failed with 1\n\nBuild errored`,
    });
    const error = await run().catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      ...{ code: 'BAKE_FAILED', exitStatus: 4, what: 'The layer configure could not be baked: step web/configure.sh failed with 1' },
      fix: expect.stringContaining(job.logPath) as string,
    });
    const { details } = error as { details: readonly string[] };
    expect(details).toHaveLength(25);
    expect(details.slice(-3)).toEqual(['nginx: bad directive', 'ingot: step web/configure.sh failed with 1', 'Build errored']);
    expect(readFileSync(job.logPath, 'utf8').split('\n')).toHaveLength(45);
  });

  test('fails plainly when no step was named', async () => {
    const { run } = buildOf({ exitCode: 1, stdout: 'Error: Failed to prepare build' });
    await expect(run()).rejects.toMatchObject({ what: 'The layer configure could not be baked', details: ['Error: Failed to prepare build'] });
  });

  test('takes no step from the middle of a line', async () => {
    const { run } = buildOf({ exitCode: 1, stdout: '    null.layer: echo ingot: step x failed with 9' });
    await expect(run()).rejects.toMatchObject({ what: 'The layer configure could not be baked' });
  });

  test('does not believe a success without a disk', async () => {
    const { job, run } = buildOf({ effect: () => undefined, stdout: 'Builds finished. The artifacts of successful builds are: null' });
    await expect(run()).rejects.toMatchObject({
      ...{ code: 'BAKE_FAILED', what: 'Packer reported success for the layer configure and wrote no disk', fix: `Read ${job.logPath}` },
    });
    expect(existsSync(job.logPath)).toBe(true);
  });
});
