import { describe, expect, test } from 'vitest';
import type { Sabotage } from '../../scripts/checks/sabotages.ts';
import type { InspectedDisk } from '../../scripts/stages/inspect-disk.ts';
import { sabotageSealed } from '../../scripts/stages/sabotage-sealed.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';
import { probeFrame, probeFrames } from '../support/probe-frames.ts';
import { sampleCheck } from '../support/sample-check.ts';

const declaration = sampleCheck('base.os', {
  sealed: { run: 'cat "$ROOT/etc/id"', expect: { equals: 'x' } },
  saboteur: { where: 'sealed', run: 'echo y >"$ROOT/etc/id"' },
});
const sabotage: Sabotage = { declaration, ground: 'sealed', watched: [{ declaration, phase: 'sealed' }] };
const disk: InspectedDisk = {
  ...{ path: '/d.qcow2', format: 'qcow2', fileSizeBytes: 1, virtualSizeBytes: 1, sha256: 'a' },
  root: { number: 1, offsetBytes: 1024, sizeBytes: 4096, linux: true },
  partitions: [],
};
const frames = (before: string, after: string): string => probeFrames('n', { 'base.os before': before, 'base.os saboteur': '', 'base.os after': after });

function run(
  answer: Omit<Answer, 'command'>,
  changes: { readonly isRoot?: boolean; readonly disk?: InspectedDisk; readonly sabotages?: readonly Sabotage[] } = {},
) {
  const contained: unknown[] = [];
  const host = fakeHost([{ command: 'bash -s', ...answer, effect: (_argv, { contain }) => void contained.push(contain) }], { isRoot: changes.isRoot ?? true });
  const input = { disk, sabotages: [sabotage], env: {}, scratchDir: host.dir, probeMs: 20_000, nonce: 'n', ...changes };
  return { host, contained, rows: sabotageSealed.run(input, contextOf(host)) };
}

describe('sabotageSealed', () => {
  test('judges each check by what it found before and after, in namespaces of their own', async () => {
    const { rows, contained } = run({ stdout: frames('x\n', 'y\n') });
    expect(await rows).toMatchObject([{ check: 'base.os', outcome: 'killed', found: 'y', red: ['sealed'] }]);
    expect(contained).toEqual([true]);
  });

  test.each([
    ['x\n', 'x\n', 'survived'],
    ['y\n', 'y\n', 'not-green'],
  ])('before %j, after %j: %s', async (before, after, outcome) => {
    expect(await run({ stdout: frames(before, after) }).rows).toMatchObject([{ outcome }]);
  });

  test('a layer that could not be made is no kill', async () => {
    expect(await run({ stdout: '' }).rows).toMatchObject([{ outcome: 'not-green', found: 'no answer came' }]);
  });

  test('a probe that ran into its time limit has noticed nothing', async () => {
    const stdout =
      probeFrames('n', { 'base.os before': 'x', 'base.os saboteur': '' }) + probeFrame('n', 'base.os after', { status: 124, milliseconds: 20_000 });
    expect(await run({ stdout }).rows).toMatchObject([{ outcome: 'not-run', found: 'no answer came' }]);
  });

  test('a disk that cannot be shown is an error with the last words of the tool', async () => {
    await expect(run({ exitCode: 73, stderr: 'mount: wrong fs type\n' }).rows).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      details: ['mount: wrong fs type'],
    });
  });

  test('needs root, and a disk with a Linux file system', async () => {
    await expect(run({}, { isRoot: false }).rows).rejects.toMatchObject({ code: 'HOST_NOT_READY' });
    await expect(run({}, { disk: { ...disk, root: undefined } }).rows).rejects.toMatchObject({ code: 'BASE_INVALID' });
  });

  test('where nothing is to be broken, nothing is mounted', async () => {
    const { rows, host } = run({}, { sabotages: [] });
    expect(await rows).toEqual([]);
    expect(host.commands).toEqual([]);
  });
});
