import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import { loadSpec } from '../config/load-spec.ts';
import type { Artifact, StageTime } from '../model/artifact.ts';
import type { BakeOutcome, LayerOutcome } from '../model/bake-outcome.ts';
import type { BuildPlan, Driver, Accelerator } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import type { Workspace } from '../model/workspace.ts';
import { planBuild, type PlanChoice } from '../plan/build-plan.ts';
import { digestOf } from '../plan/digest.ts';
import { refuseWithoutSubscription } from '../plan/subscription.ts';
import { bakeStack, decideStack } from '../stages/bake-stack.ts';
import { chooseDriver, type ChosenDriver } from '../stages/choose-driver.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { heedLifeCycle } from '../stages/heed-life-cycle.ts';
import { finishDisk } from '../stages/finish-disk.ts';
import { hostAptSettings } from '../stages/package-access.ts';
import { recordInputs } from '../stages/record-inputs.ts';
import { refuseFullDisk } from '../stages/refuse-full-disk.ts';
import { resolveBase } from '../stages/resolve-base.ts';
import { resolvePackageIndexes } from '../stages/resolve-package-indexes.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { openDiskCache, type DiskCache } from '../store/disk-cache.ts';
import { artifactDir, findStanding, keepReport, type Standing } from '../store/artifacts.ts';
import { withLock } from '../store/lock.ts';
import { openRun, sweepDeadRuns, type Run } from '../store/run-registry.ts';
import { publishArtifact } from './publish-artifact.ts';
import { verify } from './verify.ts';

export interface BakeRequest {
  readonly distro: string;
  readonly image?: string;
  readonly role?: string;
  readonly driver: 'auto' | Driver;
  readonly accel: 'auto' | Accelerator;
  readonly base?: string;
  readonly compression?: 'zstd' | 'zlib';
  readonly fresh: boolean;
  readonly explain: boolean;
  readonly dryRun: boolean;
  readonly keepFailed: boolean;
  readonly publish: boolean;
  /** False: the disk is not booted and not published; for whoever compares it with one that was. */
  readonly proven?: false;
  /** True: what is published is a candidate. */
  readonly candidate?: boolean;
  readonly yes: boolean;
  readonly ask?: (question: string) => Promise<boolean>;
  readonly buildDir: string;
  readonly cacheDir: string;
  readonly storeLocation: string;
  /** Another folder of YAML than the project's own. */
  readonly configDir?: string;
}

/** From YAML to a published, proven image: bakes what changed, boots the very disk that ships, and publishes it only when every check passed. */
export async function bake(toldDesk: Desk, request: BakeRequest): Promise<BakeOutcome> {
  const stageTimes: StageTime[] = [];
  const desk = timing(toldDesk, stageTimes);
  const { host, say } = desk;
  const startedMs = host.clock.monotonicMs();
  const { spec, texts } = await loadWanted(desk, request);
  await ensureHost(desk, { driver: request.driver, yes: request.yes, ask: request.ask, dir: request.cacheDir });
  await refuseFullDisk(host, { buildDir: request.buildDir, cacheDir: request.cacheDir, storeLocation: request.storeLocation });
  return withLock(host, join(request.buildDir, 'locks', `${spec.imageId}.lock`), { purpose: `baking ${spec.imageId}`, say }, async () => {
    await sweepDeadRuns(host, request.buildDir, say, request.cacheDir);
    const run = await openRun(host, request.buildDir, 'bake', spec.imageId);
    try {
      const outcome = await bakeInRun(desk, { request, spec, texts, run, stageTimes });
      return { ...outcome, totalSeconds: (host.clock.monotonicMs() - startedMs) / 1000 };
    } catch (error) {
      if (request.keepFailed) await run.keep();
      throw error;
    } finally {
      await run.close();
    }
  });
}

interface Work {
  readonly request: BakeRequest;
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly run: Run;
  readonly stageTimes: readonly StageTime[];
}

async function bakeInRun(desk: Desk, wanted: Work): Promise<BakeOutcome> {
  const { request, run } = wanted;
  const workspace: Workspace = {
    projectDir: desk.host.facts.projectDir,
    buildDir: request.buildDir,
    cacheDir: request.cacheDir,
    runDir: run.workDir,
    logDir: run.dir,
    runId: run.id,
  };
  const archiveFirst = heedLifeCycle(desk, wanted.spec);
  const { indexDigests, ...found } = await runStage(desk, resolvePackageIndexes, { ...wanted, workDir: run.workDir, archiveFirst });
  const work: Work = { ...wanted, ...found };
  const { spec } = work;
  const bootstrapScript = await desk.host.files.digest(join(desk.host.facts.projectDir, 'packer/bootstrap-disk.sh'));
  const choice: PlanChoice = { base: await runStage(desk, resolveBase, { written: request.base, cacheDir: request.cacheDir }), specDigest: digestOf(spec) };
  const planFor = (driver: ChosenDriver): BuildPlan =>
    planBuild(spec, { ...driver, indexDigests, bootstrapScript, cpus: desk.host.facts.cpus, memoryMiB: desk.host.facts.memoryMiB }, choice);
  const keys = planFor(UNDECIDED);
  const cache = openDiskCache(desk.host, request.cacheDir, run.id);
  const layers = await decideStack({ plan: keys, spec, cache, fresh: request.fresh });
  const standing = request.fresh ? NOTHING_STANDS : await findStanding(desk.host, { request, spec, plan: keys });
  const state = { layers: standing.artifact === null ? layers : layers.map((layer) => ({ ...layer, action: 'cached' as const, why: [] })), standing };
  if (request.explain) return outcomeOf(work, state, 'explained');
  if (request.dryRun) return outcomeOf(work, state, 'dry-run');
  if (standing.complete) return outcomeOf(work, state, 'nothing-to-do');
  const driver = await runStage(desk, chooseDriver, request);
  const artifact = standing.artifact ?? (await makeArtifact(desk, work, { workspace, cache, plan: planFor(driver), indexDigests }));
  if (request.proven === false) return outcomeOf(work, { layers: state.layers, standing: { ...NOTHING_STANDS, artifact } }, 'baked');
  const report = standing.report ?? (await prove(desk, work, { artifact, accelerator: driver.accelerator }));
  const release = request.publish ? await publishArtifact(desk, { ...request, artifact, report, spec }) : null;
  await cache.prune(CACHED_VERSIONS);
  return outcomeOf(work, { layers: state.layers, standing: { artifact, report, release, complete: true } }, release === null ? 'baked' : 'published');
}

/** Keys do not depend on how a disk is baked: they are known before a driver is chosen. */
const UNDECIDED: ChosenDriver = { driver: 'native', accelerator: 'tcg', packerVersion: '1.6.6' };
const NOTHING_STANDS: Standing = { artifact: null, report: null, release: null, complete: false };
const CACHED_VERSIONS = 2;

async function loadWanted(desk: Desk, request: BakeRequest): Promise<{ readonly spec: ImageSpec; readonly texts: SourceTexts }> {
  const { spec, texts } = await loadSpec(desk.host, request);
  return { texts, spec: request.compression === undefined ? spec : { ...spec, disk: { ...spec.disk, compression: request.compression } } };
}

interface Making {
  readonly workspace: Workspace;
  readonly cache: DiskCache;
  readonly plan: BuildPlan;
  readonly indexDigests: Readonly<Record<string, string>>;
}

async function makeArtifact(desk: Desk, { request, spec, texts, run, stageTimes }: Work, { workspace, cache, plan, indexDigests }: Making): Promise<Artifact> {
  refuseWithoutSubscription(spec, desk.host.facts.env);
  await desk.host.files.writeText(join(run.dir, 'plan.json'), `${JSON.stringify(plan, undefined, 2)}\n`);
  const inputs = await runStage(desk, recordInputs, { spec, plan, indexDigests });
  const hostAptDump = await hostAptSettings(desk.host);
  const stack = await bakeStack(desk, { spec, texts, plan, cache, workspace, hostAptDump, fresh: request.fresh });
  const dir = artifactDir(request.buildDir, spec.imageId, plan.layers.at(-1)?.key ?? '');
  return runStage(desk, finishDisk, { ...stack, spec, plan, inputs, workspace, artifactDir: dir, stageTimes: () => [...stageTimes] });
}

/** Boots the finished disk and checks it; anything but all-pass ends the bake. */
async function prove(
  desk: Desk,
  { request, spec, texts, run }: Work,
  { artifact, accelerator }: { readonly artifact: Artifact; readonly accelerator: Accelerator },
): Promise<VerificationReport> {
  const report = await verify(desk, {
    diskPath: artifact.diskPath,
    spec,
    texts,
    artifactDigest: digestOf(artifact),
    accelerator,
    workDir: run.dir,
    keep: request.keepFailed,
  });
  await keepReport(desk.host, { request, spec, artifact, report });
  if (report.verdict === 'pass') return report;
  const failed = [...new Set(report.rows.filter(({ outcome }) => outcome !== 'pass').map(({ check, phase }) => `${check} (${phase})`)), ...report.missing];
  throw new BakeError('VERIFICATION_FAILED', {
    what: `${spec.imageId} was baked and did not pass: ${failed.length} of ${report.counts.declaredRows} rows`,
    fix: `Read ${report.failureKit ?? 'the report'}; nothing was published, and the layers are kept`,
    details: failed.slice(0, 30),
  });
}

function outcomeOf(
  { spec, stageTimes }: Work,
  { layers, standing }: { readonly layers: readonly LayerOutcome[]; readonly standing: Standing },
  status: BakeOutcome['status'],
): BakeOutcome {
  const { artifact, report, release } = standing;
  return { kind: 'BakeOutcome', imageId: spec.imageId, reference: referenceOf(release), status, layers, artifact, report, release, stageTimes };
}

function referenceOf(release: Release | null): string | null {
  return release === null ? null : `${release.imageId}@${release.version}`;
}

/** The same desk, which also remembers how long each stage took. */
function timing(desk: Desk, times: StageTime[]): Desk {
  return {
    ...desk,
    say: (event) => {
      if (event.type === 'finished') times.push({ name: event.stage, seconds: event.seconds });
      desk.say(event);
    },
  };
}
