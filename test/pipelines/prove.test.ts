import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Mute } from '../../scripts/model/mute.ts';
import { prove } from '../../scripts/pipelines/prove.ts';
import { proveGuest } from '../../scripts/pipelines/prove-guest.ts';
import { calibrateHost } from '../../scripts/stages/calibrate-host.ts';
import { inspectDisk } from '../../scripts/stages/inspect-disk.ts';
import { sabotageSealed } from '../../scripts/stages/sabotage-sealed.ts';
import { sabotageRow } from '../reports/sample-proof.ts';
import { fakeHost } from '../support/fake-host.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleComponent, sampleDistro, sampleSpec } from '../support/sample-spec.ts';

vi.mock('../../scripts/pipelines/prove-guest.ts', () => ({ proveGuest: vi.fn() }));

const sealed = sampleCheck('base.b', { sealed: { run: 'x', expect: { exit: 0 } }, saboteur: { where: 'sealed', run: 'y' } });
const live = sampleCheck('base.a', { guest: { run: 'x', expect: { exit: 0 }, phases: ['first-boot'] } });

beforeEach(() => {
  const disk = { path: '/d.qcow2', format: 'qcow2', fileSizeBytes: 1, virtualSizeBytes: 1, root: undefined, partitions: [], sha256: 'sha' } as const;
  vi.spyOn(inspectDisk, 'run').mockResolvedValue(disk);
  vi.spyOn(calibrateHost, 'run').mockResolvedValue({ accelerator: 'tcg', reason: '', slowness: 1, referenceSeconds: 1 });
  vi.spyOn(sabotageSealed, 'run').mockImplementation(({ sabotages }) =>
    Promise.resolve(sabotages.map(({ declaration: { id } }) => sabotageRow({ check: id }))),
  );
  vi.mocked(proveGuest)
    .mockReset()
    .mockImplementation((_context, _ground, planned) =>
      Promise.resolve({
        rows: planned.map(({ declaration: { id } }) => sabotageRow({ check: id, outcome: 'survived' })),
        bootSeconds: { firstBoot: 9, reboot: 0 },
      }),
    );
});

function run(checks: readonly ReturnType<typeof sampleCheck>[], only?: string, mutes: readonly Mute[] = []) {
  const host = fakeHost([], { projectDir: process.cwd() });
  const spec = sampleSpec({ distro: sampleDistro({ mutes }), components: [sampleComponent('base', { checks })] });
  return prove({ host, say: () => undefined }, { diskPath: '/d.qcow2', spec, artifactDigest: 'parent', accelerator: 'auto', only, workDir: host.dir });
}

describe('prove', () => {
  test('breaks disk and machine, and puts the results in the order of the checks', async () => {
    const proof = await run([sealed, live]);
    expect(proof.rows.map(({ check, outcome }) => [check, outcome])).toEqual([
      ['base.a', 'survived'],
      ['base.b', 'killed'],
    ]);
    expect(proof).toMatchObject({
      kind: 'Proof',
      parent: 'parent',
      diskDigest: 'sha',
      verdict: 'fail',
      killRate: 50,
      partial: false,
      bootSeconds: { firstBoot: 9 },
    });
  });

  test('a check that is muted on this day is judged as one', async () => {
    const mute = { check: 'base.b', reason: 'slow here', see: 'https://bugs.example/1', until: '2026-11-22' };
    await run([sealed], undefined, [mute]);
    expect(vi.mocked(sabotageSealed.run).mock.lastCall?.[0].sabotages.map((sabotage) => sabotage.mute)).toEqual([mute]);
  });

  test('boots nothing for what can be seen on the disk', async () => {
    expect(await run([sealed])).toMatchObject({ verdict: 'pass', accelerator: 'none', killRate: 100 });
    expect(proveGuest).not.toHaveBeenCalled();
  });

  test('--only makes it a part, and has to match', async () => {
    expect(await run([sealed, live], 'base.b')).toMatchObject({ partial: true, counts: { checks: 1 } });
    await expect(run([sealed], 'bsae.*')).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('bsae.*') as string });
  });
});
