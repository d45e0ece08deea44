import { join, resolve } from 'node:path';
import { declaredRows } from '../checks/declared-rows.ts';
import { evaluateBudget } from '../checks/evaluate-budget.ts';
import { heedMutes } from '../checks/heed-mutes.ts';
import { evaluateChecklist } from '../checks/evaluate-checklist.ts';
import { unknownRow } from '../checks/evaluate.ts';
import { deadlines } from '../checks/slowness.ts';
import { verdictOf } from '../checks/verdict.ts';
import { BakeError } from '../errors.ts';
import { withScope } from '../host/scope.ts';
import type { StageTime } from '../model/artifact.ts';
import type { Accelerator } from '../model/build-plan.ts';
import { PHASES, type CheckRow } from '../model/check.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import { allOpenPorts } from '../model/open-ports.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { orderComponents } from '../plan/component-order.ts';
import { digestOf } from '../plan/digest.ts';
import { wholeEnv } from '../plan/layer-env.ts';
import { calibrateHost } from '../stages/calibrate-host.ts';
import { digestDisk } from '../stages/digest-disk.ts';
import { packFailureKit } from '../stages/failure-kit.ts';
import { inspectDisk } from '../stages/inspect-disk.ts';
import { loadTemplates } from '../stages/load-templates.ts';
import { runStage, type Context, type Desk } from '../stages/stage.ts';
import { examineDisk, type SeenDisk } from './examine-disk.ts';
import type { Examination, Seen } from './walk-guest.ts';

export interface VerifyRequest {
  readonly diskPath: string;
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  /** Digest of the Artifact document; null for a disk that Ingot did not bake. */
  readonly artifactDigest: string | null;
  readonly accelerator: 'auto' | Accelerator;
  /** Only checks whose id matches; the report is partial then, and never publishes. */
  readonly only?: string | undefined;
  /** This run's own folder: the failure kit is left in it, and nothing else. */
  readonly workDir: string;
  /** True: the failure kit keeps the overlay that the guest wrote to. */
  readonly keep?: boolean | undefined;
  /** Default 2. */
  readonly cpus?: number;
  /** Default 2048. */
  readonly memoryMiB?: number;
}

/** Boots the very disk that will ship, through a throw-away overlay, and reports all that was seen. Never writes to the disk. */
export async function verify(desk: Desk, request: VerifyRequest): Promise<VerificationReport> {
  const stageTimes: StageTime[] = [];
  const startedMs = desk.host.clock.monotonicMs();
  return withScope(async (scope) => {
    const context = { ...timing(desk, stageTimes), scope };
    const plan = await prepare(context, request);
    const seen = await examineDisk(context, plan);
    const digestAfter = await runStage(context, digestDisk, { path: plan.disk.path });
    const totalSeconds = (desk.host.clock.monotonicMs() - startedMs) / 1000;
    const report = judge(request, { plan, seen, digestAfter, stageTimes, totalSeconds, verifiedAt: desk.host.clock.now().toISOString() });
    return report.verdict === 'pass' ? report : { ...report, failureKit: await packKit(context, request, { plan, seen, rows: report.rows }) };
  });
}

/** Finds out everything that has to be known before the guest begins; a disk that is none is refused here. */
async function prepare(context: Context, { spec, diskPath, workDir, only, cpus = 2, memoryMiB = 2048, ...request }: VerifyRequest): Promise<Examination> {
  const { host, scope } = context;
  const declared = declaredRows(spec, only);
  if (declared.length === 0) throw nothingToCheck(spec, only);
  await host.files.makeDir(workDir);
  const scratchDir = await host.files.makeTempDir(resolve(workDir), 'verify-');
  scope.always('remove the scratch folder', () => host.files.remove(scratchDir));
  const disk = await runStage(context, inspectDisk, { diskPath: resolve(diskPath), scratchDir });
  const calibration = await runStage(context, calibrateHost, { accelerator: request.accelerator, scratchDir });
  return {
    ...{ spec, disk, declared, calibration, scratchDir, cpus, memoryMiB, partial: only !== undefined },
    env: wholeEnv(
      spec,
      orderComponents(spec.components).map(({ id }) => id),
    ),
    deadlines: deadlines(calibration.accelerator, calibration.slowness),
    templates: await loadTemplates(host),
    nonce: digestOf([disk.sha256, scratchDir]).slice(0, 12),
  };
}

interface Verified {
  readonly plan: Examination;
  readonly seen: SeenDisk;
  readonly digestAfter: string;
  readonly stageTimes: readonly StageTime[];
  readonly totalSeconds: number;
  readonly verifiedAt: string;
}

function judge({ artifactDigest }: VerifyRequest, { plan, seen, digestAfter, stageTimes, totalSeconds, verifiedAt }: Verified): VerificationReport {
  const { spec, disk, declared, calibration, partial } = plan;
  const rows = heedMutes(inOrder([...seen.rows, ...unreachedRows(plan, seen)]), spec.distro.mutes ?? [], verifiedAt);
  const digests = { digestBefore: disk.sha256, digestAfter };
  const { accelerator, slowness } = calibration;
  const referenceSeconds = seen.referenceSeconds ?? calibration.referenceSeconds;
  const budgets = partial || spec.budget === undefined ? undefined : evaluateBudget(spec.budget, { accelerator, referenceSeconds, numbers: seen.numbers });
  return {
    ...{ kind: 'VerificationReport', schemaVersion: 1, parent: artifactDigest },
    ...{ imageId: spec.imageId, distro: spec.distro.id, role: spec.role },
    ...digests,
    ...verdictOf({ declared, rows, ...digests, budgets, problem: seen.problem }),
    phases: PHASES.filter((phase) => declared.some((row) => row.phase === phase)),
    partial,
    rows,
    accelerator,
    slowness,
    bootSeconds: seen.bootSeconds,
    stageTimes: [...stageTimes],
    totalSeconds,
    verifiedAt,
    ...(partial || spec.checklist === undefined ? {} : { checklist: evaluateChecklist(spec.checklist, { declared, rows }) }),
    ...(budgets === undefined ? {} : { budgets }),
    ...(Object.keys(seen.bootCharts).length === 0 ? {} : { bootCharts: seen.bootCharts }),
    ...(seen.openPorts === undefined ? {} : { openPorts: allOpenPorts(seen.openPorts) }),
    ...(seen.inventory === undefined ? {} : { inventory: seen.inventory }),
    ...(seen.problem === undefined ? {} : { problem: seen.problem }),
  };
}

/** Rows of the phases that a lost guest did not come to. A row that is absent from a phase that it did come to stays absent: it is missing. */
function unreachedRows({ declared }: Examination, { rows, problem }: Seen): readonly CheckRow[] {
  if (problem === undefined) return [];
  const reached = new Set(rows.map(({ phase }) => phase));
  return declared.filter(({ phase }) => !reached.has(phase)).map((row) => unknownRow(row, `not reached: ${problem}`));
}

function inOrder(rows: readonly CheckRow[]): readonly CheckRow[] {
  return PHASES.flatMap((phase) => rows.filter((row) => row.phase === phase));
}

interface Failed {
  readonly plan: Examination;
  readonly seen: Seen;
  readonly rows: readonly CheckRow[];
}

function packKit(context: Context, { workDir, keep = false }: VerifyRequest, { plan, seen, rows }: Failed): Promise<string> {
  const { problem, evidence, guest } = seen;
  const { imageId } = plan.spec;
  const kitDir = join(resolve(workDir), 'failure-kit');
  return runStage(context, packFailureKit, { kitDir, imageId, diskPath: plan.disk.path, diskFormat: plan.disk.format, problem, rows, evidence, guest, keep });
}

/** The same desk, which also remembers when each stage began and how long it took. */
function timing(desk: Desk, times: StageTime[]): Desk {
  const beganMs = desk.host.clock.monotonicMs();
  return {
    ...desk,
    say: (event) => {
      const endedSeconds = (desk.host.clock.monotonicMs() - beganMs) / 1000;
      if (event.type === 'finished' || event.type === 'failed')
        times.push({ name: event.stage, seconds: event.seconds, startedSeconds: Math.max(0, Math.round((endedSeconds - event.seconds) * 10) / 10) });
      desk.say(event);
    },
  };
}

function nothingToCheck({ imageId }: ImageSpec, only: string | undefined): BakeError {
  if (only === undefined)
    return new BakeError('CONFIG_INVALID', {
      what: `${imageId} declares no check, and nothing can be proven without one`,
      fix: 'Declare checks in the component.yaml of its components',
    });
  return new BakeError('USAGE', { what: `No check of ${imageId} matches --only ${only}`, fix: "Give a check's id, such as `nginx.*`; quote it for the shell" });
}
