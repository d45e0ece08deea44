import { beforeEach, expect, test, vi } from 'vitest';
import type { Sabotage } from '../../scripts/checks/sabotages.ts';
import { proveGuest, type Ground } from '../../scripts/pipelines/prove-guest.ts';
import { askUntouchedGuest } from '../../scripts/stages/ask-untouched-guest.ts';
import { bootVm } from '../../scripts/stages/boot-vm.ts';
import { deadlinesNow } from '../../scripts/stages/calibrate-host.ts';
import { installSaboteurAgent } from '../../scripts/stages/install-saboteur-agent.ts';
import { rebootVm } from '../../scripts/stages/reboot-vm.ts';
import { sabotageGuest } from '../../scripts/stages/sabotage-guest.ts';
import { scanGuestPorts } from '../../scripts/stages/scan-ports.ts';
import { waitForSsh } from '../../scripts/stages/wait-for-ssh.ts';
import { loadSnapshot, saveSnapshot } from '../../scripts/tools/vm-snapshots.ts';
import { sabotageRow } from '../reports/sample-proof.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleSpec } from '../support/sample-spec.ts';

vi.mock('../../scripts/stages/calibrate-host.ts', () => ({ deadlinesNow: vi.fn() }));
vi.mock('../../scripts/tools/vm-snapshots.ts', () => ({ saveSnapshot: vi.fn(), loadSnapshot: vi.fn() }));

const DEADLINES = { loginMs: 1, settleMs: 1, probeMs: 1, sealedProbeMs: 1, shutDownMs: 1 };
/** What was done, in order. */
let done: string[];
const host = fakeHost();
const note = <Value>(what: string, value: Value): Promise<Value> => {
  done.push(what);
  return Promise.resolve(value);
};

beforeEach(() => {
  done = [];
  vi.mocked(deadlinesNow).mockImplementation(() => note('measure', { ...DEADLINES, probeMs: 2 }));
  vi.mocked(saveSnapshot).mockImplementation((_qmp, name) => note(`save ${name}`, undefined));
  vi.mocked(loadSnapshot).mockImplementation((_qmp, name) => note(`load ${name}`, undefined));
  vi.spyOn(bootVm, 'run').mockImplementation(({ firmware, secondSerial }) =>
    note(`boot ${firmware}${secondSerial === true ? ' with a line' : ''}`, fakeGuest(host)),
  );
  vi.spyOn(waitForSsh, 'run').mockImplementation(() => note('log in', { bootId: 'boot-1' }));
  vi.spyOn(installSaboteurAgent, 'run').mockImplementation(() =>
    note('agent', { ask: () => Promise.resolve(undefined), close: () => void done.push('hang up') }),
  );
  vi.spyOn(scanGuestPorts, 'run').mockImplementation(() => note('scan', { ipv4: [22], ipv6: undefined, udp: [] }));
  vi.spyOn(askUntouchedGuest, 'run').mockImplementation(({ watched }) => note(`ask ${watched.map(({ declaration }) => declaration.id).join(' ')}`, []));
  vi.spyOn(sabotageGuest, 'run').mockImplementation(({ snapshot, sabotages }) =>
    note(
      `break from ${snapshot}`,
      sabotages.map(({ declaration: { id } }) => sabotageRow({ check: id })),
    ),
  );
  vi.spyOn(rebootVm, 'run').mockImplementation(({ bootId, guest }) => note(`reboot ${bootId}`, { bootId: 'boot-2', guest: { ...guest, startedMs: 7 } }));
});

const sabotage = (id: string, ground: 'first-boot' | 'after-reboot'): Sabotage => {
  const declaration = sampleCheck(id, { guest: { run: 'x', expect: { exit: 0 }, phases: [ground] } });
  return { declaration, ground, watched: [{ declaration, phase: ground }] };
};

function prove(planned: readonly Sabotage[]) {
  const disk = { path: '/d.qcow2', format: 'qcow2', fileSizeBytes: 1, virtualSizeBytes: 1, root: undefined, partitions: [], sha256: 's' } as const;
  const ground: Ground = {
    ...{ spec: sampleSpec(), disk, env: {}, templates: new Map(), scratchDir: host.dir, cpus: 2, memoryMiB: 2048, nonce: 'n' },
    calibration: { accelerator: 'tcg', reason: '', slowness: 1, referenceSeconds: 1 },
    deadlines: DEADLINES,
  };
  return proveGuest(contextOf(host), ground, planned);
}

const EARLY = ['boot bios with a line', 'log in', 'measure', 'agent', 'save first-boot'];

test('one boot and one saved state are enough for all that can be seen after the first boot', async () => {
  const { rows, bootSeconds } = await prove([sabotage('a.one', 'first-boot'), sabotage('a.two', 'first-boot')]);
  expect(done).toEqual([...EARLY, 'scan', 'ask a.one a.two', 'break from first-boot', 'hang up']);
  expect(rows.map(({ check }) => check)).toEqual(['a.one', 'a.two']);
  expect(bootSeconds.reboot).toBe(0);
});

test('what shows only after a reboot is broken from a second state, which comes of the untouched first one', async () => {
  const { rows } = await prove([sabotage('a.late', 'after-reboot'), sabotage('a.one', 'first-boot')]);
  const late = ['load first-boot', 'reboot boot-1', 'measure', 'agent', 'save after-reboot', 'scan', 'ask a.late', 'break from after-reboot', 'hang up'];
  expect(done).toEqual([...EARLY, 'scan', 'ask a.one', 'break from first-boot', 'hang up', ...late]);
  expect(rows.map(({ check }) => check)).toEqual(['a.one', 'a.late']);
  const machines = [installSaboteurAgent, sabotageGuest].map(({ run }) => vi.mocked(run).mock.lastCall?.[0].guest.startedMs);
  expect(machines, 'a reboot may have given the machine another QEMU').toEqual([7, 7]);
});

test('where nothing is to be broken after the first boot, nothing is asked there', async () => {
  await prove([sabotage('a.late', 'after-reboot')]);
  expect(done.slice(0, 3)).toEqual(['boot bios with a line', 'log in', 'reboot boot-1']);
  expect(done.filter((what) => what.startsWith('break'))).toEqual(['break from after-reboot']);
});

test('each sabotage is told what a stranger found in the untouched machine', async () => {
  await prove([sabotage('a.one', 'first-boot')]);
  expect(vi.mocked(sabotageGuest.run).mock.lastCall?.[0]).toMatchObject({ openPorts: { ipv4: [22] }, snapshot: 'first-boot', before: [] });
});

test('a probe gets its time by the speed that the host has when its state is taken up', async () => {
  await prove([sabotage('a.one', 'first-boot'), sabotage('a.late', 'after-reboot')]);
  expect(
    vi
      .mocked(installSaboteurAgent.run)
      .mock.calls.slice(-2)
      .map(([{ timeoutSeconds }]) => timeoutSeconds),
  ).toEqual([1, 1]);
  expect(
    vi
      .mocked(sabotageGuest.run)
      .mock.calls.slice(-2)
      .map(([{ probeMs }]) => probeMs),
  ).toEqual([2, 2]);
});
