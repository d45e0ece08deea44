import type { Sabotage } from '../checks/sabotages.ts';
import type { SabotageRow } from '../model/proof.ts';
import { askUntouchedGuest } from '../stages/ask-untouched-guest.ts';
import { bootVm, type RunningGuest } from '../stages/boot-vm.ts';
import { deadlinesNow } from '../stages/calibrate-host.ts';
import { installSaboteurAgent } from '../stages/install-saboteur-agent.ts';
import { rebootVm } from '../stages/reboot-vm.ts';
import { sabotageGuest } from '../stages/sabotage-guest.ts';
import { scanGuestPorts } from '../stages/scan-ports.ts';
import { runStage, runStageIn, type Context } from '../stages/stage.ts';
import { waitForSsh } from '../stages/wait-for-ssh.ts';
import type { Dialogue } from '../tools/serial-dialogue.ts';
import { loadSnapshot, saveSnapshot } from '../tools/vm-snapshots.ts';
import type { Examination } from './walk-guest.ts';

/** All that is known before the guest begins. */
export type Ground = Omit<Examination, 'declared' | 'partial'>;

export interface ProvenGuest {
  readonly rows: readonly SabotageRow[];
  readonly bootSeconds: { readonly firstBoot: number; readonly reboot: number };
}

/** Boots the disk once, keeps the state of the machine, and begins each sabotage from it; a second state, after a reboot, only for what looks only then. */
export async function proveGuest(context: Context, ground: Ground, planned: readonly Sabotage[]): Promise<ProvenGuest> {
  const { deadlines } = ground;
  const guest = await boot(context, ground);
  const { bootId } = await runStage(context, waitForSsh, { guest, deadlineMs: deadlines.loginMs });
  const firstBoot = secondsSince(context, guest.startedMs);
  const [early, late] = [planned.filter(isEarly), planned.filter((sabotage) => !isEarly(sabotage))];
  const rows = early.length === 0 ? [] : await breakFrom(context, ground, { guest, snapshot: 'first-boot', sabotages: early });
  if (late.length === 0) return { rows, bootSeconds: { firstBoot, reboot: 0 } };
  if (early.length > 0) await loadSnapshot(guest.qmp, 'first-boot');
  const rebootedMs = context.host.clock.monotonicMs();
  const { slowness } = ground.calibration;
  const { guest: rebooted } = await runStageIn(context, rebootVm, { guest, bootId, deadlineMs: deadlines.loginMs, slowness });
  const reboot = secondsSince(context, rebootedMs);
  const lateRows = await breakFrom(context, ground, { guest: rebooted, snapshot: 'after-reboot', sabotages: late });
  return { rows: [...rows, ...lateRows], bootSeconds: { firstBoot, reboot } };
}

function boot(context: Context, ground: Ground): Promise<RunningGuest> {
  const { disk, calibration, scratchDir, cpus, memoryMiB, templates, spec } = ground;
  const { loginUser, family, firmware } = spec.distro;
  const vm = {
    disk,
    guestDir: scratchDir,
    accelerator: calibration.accelerator,
    cpus,
    memoryMiB,
    loginUser,
    family,
    templates,
    slowness: calibration.slowness,
  };
  return runStageIn(context, bootVm, { ...vm, firmware: firmware.includes('bios') ? 'bios' : 'uefi', secondSerial: true });
}

function takeOrders(context: Context, { env, deadlines, nonce }: Ground, guest: RunningGuest): Promise<Dialogue> {
  const [timeoutSeconds, settleSeconds] = [Math.ceil(deadlines.probeMs / 1000), Math.ceil(deadlines.settleMs / 1000)];
  return runStageIn(context, installSaboteurAgent, { guest, nonce, env, timeoutSeconds, settleSeconds, timeoutMs: 2 * deadlines.settleMs });
}

interface Breaking {
  readonly guest: RunningGuest;
  /** Name under which the state of the machine is kept, and taken up again for each sabotage. */
  readonly snapshot: string;
  readonly sabotages: readonly Sabotage[];
}

/** Saves the state that the machine is in, and begins each sabotage from it. */
async function breakFrom(context: Context, first: Ground, { guest, snapshot, sabotages }: Breaking): Promise<readonly SabotageRow[]> {
  const ground = { ...first, deadlines: await deadlinesNow(context.host, first.calibration, first.scratchDir) };
  const dialogue = await takeOrders(context, ground, guest);
  await saveSnapshot(guest.qmp, snapshot);
  const rows = await breakAll(context, ground, { guest, dialogue, snapshot, sabotages });
  // The line takes one client at a time.
  dialogue.close();
  return rows;
}

async function breakAll(
  context: Context,
  { env, scratchDir, nonce, cpus, deadlines, calibration: { slowness } }: Ground,
  breaking: Breaking & { readonly dialogue: Dialogue },
): Promise<readonly SabotageRow[]> {
  const { guest, dialogue, sabotages } = breaking;
  const openPorts = await runStage(context, scanGuestPorts, { guest, slowness });
  const shared = { guest, dialogue, env, openPorts, scratchDir, nonce, probeMs: deadlines.probeMs };
  const before = await runStage(context, askUntouchedGuest, { ...shared, cpus, watched: sabotages.flatMap(({ watched }) => watched) });
  return runStage(context, sabotageGuest, { ...shared, ...breaking, slowness, before });
}

function isEarly({ ground }: Sabotage): boolean {
  return ground === 'first-boot';
}

function secondsSince({ host }: Context, startedMs: number): number {
  return Math.round((host.clock.monotonicMs() - startedMs) / 100) / 10;
}
