import { BOOT_CHART_PROBE, bootChart } from '../checks/boot-chart.ts';
import { budgetNumbers, guestBudgetProbes } from '../checks/budget-probes.ts';
import type { DeclaredRow } from '../checks/declared-rows.ts';
import type { Measured } from '../checks/evaluate-budget.ts';
import type { Deadlines } from '../checks/slowness.ts';
import { BakeError } from '../errors.ts';
import type { CheckRow, Phase } from '../model/check.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { OpenPorts } from '../model/open-ports.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { bootVm, type RunningGuest } from '../stages/boot-vm.ts';
import { deadlinesNow, type Calibration } from '../stages/calibrate-host.ts';
import { collectGuestFacts } from '../stages/collect-guest-facts.ts';
import { gatherEvidence, type Evidence } from '../stages/failure-kit.ts';
import type { InspectedDisk } from '../stages/inspect-disk.ts';
import { probeOutside } from '../stages/probe-outside.ts';
import { rebootVm } from '../stages/reboot-vm.ts';
import { scanGuestPorts } from '../stages/scan-ports.ts';
import { shutDownVm } from '../stages/shut-down-vm.ts';
import { runStage, runStageIn, type Context } from '../stages/stage.ts';
import { waitForSsh } from '../stages/wait-for-ssh.ts';
import { watchBoot } from './watch-boot.ts';

/** All that a verification knows before it begins. */
export interface Examination {
  readonly spec: ImageSpec;
  readonly disk: InspectedDisk;
  readonly declared: readonly DeclaredRow[];
  readonly partial: boolean;
  readonly env: Readonly<Record<string, string>>;
  readonly calibration: Calibration;
  readonly deadlines: Deadlines;
  readonly templates: SourceTexts;
  readonly scratchDir: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly nonce: string;
}

/** What came of it. */
export interface Seen {
  readonly rows: readonly CheckRow[];
  /** The VM, which has ended; undefined when none was started. */
  readonly guest: RunningGuest | undefined;
  readonly problem: string | undefined;
  readonly evidence: Evidence;
  readonly bootSeconds: VerificationReport['bootSeconds'];
  readonly bootCharts: NonNullable<VerificationReport['bootCharts']>;
  /** What the image's budget limits, as far as it was measured. */
  readonly numbers: Measured['numbers'];
  /** What the reference guest took while this one booted; undefined when no time is judged. */
  readonly referenceSeconds: number | undefined;
  /** TCP ports that answered a stranger; undefined when nobody came to knock. */
  readonly openPorts: OpenPorts | undefined;
}

interface Notes {
  rows: CheckRow[];
  guest: RunningGuest | undefined;
  /** True from the first login on: only then is it worth asking the guest about its trouble. */
  answers: boolean;
  openPorts: OpenPorts | undefined;
  firstBoot: number;
  reboot: number;
  bootCharts: Seen['bootCharts'];
  numbers: Seen['numbers'];
  referenceSeconds: number | undefined;
}

/** Boots the disk, asks, looks from outside, reboots, asks again, powers off. A lost guest is an outcome, not an error. */
export async function walkGuest(context: Context, plan: Examination): Promise<Seen> {
  const notes: Notes = {
    ...{ rows: [], guest: undefined, answers: false, firstBoot: 0, reboot: 0 },
    ...{ bootCharts: {}, numbers: {}, openPorts: undefined, referenceSeconds: undefined },
  };
  let problem: BakeError | undefined;
  try {
    await walk(context, plan, notes);
  } catch (error) {
    if (!(error instanceof BakeError) || error.code !== 'GUEST_FAILED') throw error;
    problem = error;
  }
  const evidence = await evidenceOf(context, plan, { notes, problem });
  const what = problem?.what ?? (await powerOff(context, plan, notes));
  notes.guest?.child.kill('SIGKILL');
  await notes.guest?.child.ended;
  const bootSeconds = { firstBoot: notes.firstBoot, reboot: notes.reboot };
  const { rows, guest, bootCharts, numbers, openPorts, referenceSeconds } = notes;
  return { rows, guest, bootCharts, numbers, openPorts, referenceSeconds, problem: what, evidence: withDetails(evidence, problem), bootSeconds };
}

async function walk(context: Context, plan: Examination, notes: Notes): Promise<void> {
  const { disk, calibration, deadlines, scratchDir, cpus, memoryMiB, templates, spec } = plan;
  const { accelerator, slowness } = calibration;
  const { loginUser, family, firmware } = spec.distro;
  const vm = { disk, guestDir: scratchDir, accelerator, cpus, memoryMiB, loginUser, family, templates, slowness };
  const guest = await runStageIn(context, bootVm, { ...vm, firmware: firmware.includes('bios') ? 'bios' : 'uefi' });
  notes.guest = guest;
  const watch = watchBoot(context, { ...plan, guest, budget: plan.partial ? undefined : spec.budget });
  context.scope.always('stop watching the boot', watch.stop);
  const { bootId } = await runStage(context, waitForSsh, { guest, deadlineMs: deadlines.loginMs });
  notes.answers = true;
  notes.firstBoot = secondsSince(context, guest.startedMs);
  notes.numbers = { ...notes.numbers, bootToLogin: notes.firstBoot };
  notes.openPorts = await askAfterFirstBoot(context, plan, { guest, notes });
  const { bootToHealth, referenceSeconds } = await watch.end();
  notes.referenceSeconds = referenceSeconds;
  if (bootToHealth !== undefined) notes.numbers = { ...notes.numbers, bootToHealth };
  const { probeMs } = await deadlinesNow(context.host, plan.calibration, plan.scratchDir);
  const outside = { ...plan, guest, probeMs, openPorts: notes.openPorts, declared: of(plan, 'outside') };
  notes.rows.push(...(await runStage(context, probeOutside, outside)));
  await rebootAndAsk(context, plan, { guest, notes, bootId });
}

interface Walked {
  readonly guest: RunningGuest;
  readonly notes: Notes;
}

async function askAfterFirstBoot(context: Context, plan: Examination, { guest, notes }: Walked): Promise<OpenPorts> {
  const scan = (): Promise<OpenPorts> => {
    notes.firstBoot = secondsSince(context, guest.startedMs);
    return runStage(context, scanGuestPorts, { guest, slowness: plan.calibration.slowness });
  };
  const first = await runStage(context, collectGuestFacts<OpenPorts>('first-boot'), {
    ...{ ...plan, guest, deadlines: await deadlinesNow(context.host, plan.calibration, plan.scratchDir), declared: of(plan, 'first-boot'), meanwhile: scan },
    facts: plan.partial ? [] : [BOOT_CHART_PROBE],
  });
  notes.rows.push(...first.rows);
  notes.bootCharts = chartOf('firstBoot', first);
  return first.meanwhile;
}

async function rebootAndAsk(context: Context, plan: Examination, { guest, notes, bootId }: Walked & { readonly bootId: string }): Promise<void> {
  const declared = of(plan, 'after-reboot');
  if (plan.partial && declared.length === 0) return;
  const deadlines = await deadlinesNow(context.host, plan.calibration, plan.scratchDir);
  const rebootedMs = context.host.clock.monotonicMs();
  const since = (): void => {
    notes.reboot = secondsSince(context, rebootedMs);
  };
  const onStart = (started: RunningGuest): void => {
    notes.guest = started;
  };
  const { slowness } = plan.calibration;
  const { guest: rebooted } = await runStageIn(context, rebootVm, { guest, bootId, deadlineMs: deadlines.loginMs, slowness, onStart });
  since();
  const second = await runStage(context, collectGuestFacts<void>('after-reboot'), {
    ...{ ...plan, guest: rebooted, deadlines, declared, meanwhile: () => Promise.resolve(since()) },
    facts: plan.partial ? [] : [...guestBudgetProbes(plan.spec.budget), BOOT_CHART_PROBE],
  });
  notes.rows.push(...second.rows);
  notes.bootCharts = { ...notes.bootCharts, ...chartOf('reboot', second) };
  notes.numbers = { ...notes.numbers, ...budgetNumbers(guestBudgetProbes(plan.spec.budget), second.facts) };
}

function chartOf(boot: 'firstBoot' | 'reboot', { facts }: { readonly facts: Parameters<typeof bootChart>[0] }): Seen['bootCharts'] {
  const chart = bootChart(facts);
  return chart === undefined ? {} : { [boot]: chart };
}

/** Asked while the guest still runs, and only when there is something to explain. */
async function evidenceOf(
  context: Context,
  { nonce, deadlines }: Examination,
  { notes, problem }: { readonly notes: Notes; readonly problem: BakeError | undefined },
): Promise<Evidence> {
  const { guest, answers, rows } = notes;
  if (guest === undefined || !answers) return new Map();
  if (problem === undefined && rows.every(({ outcome }) => outcome === 'pass')) return new Map();
  return runStage(context, gatherEvidence, { guest, nonce, probeMs: deadlines.probeMs });
}

async function powerOff(context: Context, { deadlines }: Examination, { guest }: Notes): Promise<string | undefined> {
  if (guest === undefined) return undefined;
  try {
    await runStage(context, shutDownVm, { guest, deadlineMs: deadlines.shutDownMs });
    return undefined;
  } catch (error) {
    if (error instanceof BakeError && error.code === 'GUEST_FAILED') return error.what;
    throw error;
  }
}

function withDetails(evidence: Evidence, problem: BakeError | undefined): Evidence {
  return problem === undefined ? evidence : new Map([...evidence, ['problem.txt', `${[problem.what, ...problem.details].join('\n')}\n`]]);
}

function of({ declared }: Examination, wanted: Phase): readonly DeclaredRow[] {
  return declared.filter(({ phase }) => phase === wanted);
}

function secondsSince({ host }: Context, startedMs: number): number {
  return Math.round((host.clock.monotonicMs() - startedMs) / 100) / 10;
}
