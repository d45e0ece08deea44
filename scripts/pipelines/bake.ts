import { join } from 'node:path';
import { failedLines } from '../checks/failed-lines.ts';
import { BakeError } from '../errors.ts';
import { loadSpec } from '../config/load-spec.ts';
import type { Artifact, StageTime } from '../model/artifact.ts';
import type { BakeOutcome, LayerOutcome } from '../model/bake-outcome.ts';
import type { BuildPlan, Driver, Accelerator } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { LayerCachePlace } from '../model/layer-record.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import type { Workspace } from '../model/workspace.ts';
import { planBuild, type PlanChoice } from '../plan/build-plan.ts';
import { digestOf } from '../plan/digest.ts';
import { decideStack, withFetched } from '../stages/bake-stack.ts';
import { chooseDriver, type ChosenDriver } from '../stages/choose-driver.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { previewLayers } from '../stages/fetch-layers.ts';
import { heedLifeCycle } from '../stages/heed-life-cycle.ts';
import { refuseFullDisk } from '../stages/refuse-full-disk.ts';
import { resolveBase } from '../stages/resolve-base.ts';
import { resolvePackageIndexes } from '../stages/resolve-package-indexes.ts';
import { shareLayers } from '../stages/share-layers.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { openDiskCache } from '../store/disk-cache.ts';
import { keepReport, type Standing } from '../store/artifacts.ts';
import { openSharedLayers } from '../store/layers/open-shared-layers.ts';
import { withLock } from '../store/lock.ts';
import { openRun, sweepDeadRuns, type Run } from '../store/run-registry.ts';
import { makeArtifact, type Making } from './make-artifact.ts';
import { publishArtifact } from './publish-artifact.ts';
import { verify } from './verify.ts';
import { layersWith, NOTHING_STANDS, whatStands } from './what-stands.ts';

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
  /** Where machines share layers. */
  readonly layerCache?: LayerCachePlace;
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
  await ensureHost(desk, { driver: request.driver, distros: [spec.distro], yes: request.yes, ask: request.ask, dir: request.cacheDir });
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
  const { buildDir, cacheDir } = request;
  const workspace: Workspace = { projectDir: desk.host.facts.projectDir, buildDir, cacheDir, runDir: run.workDir, logDir: run.dir, runId: run.id };
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
  const shared = await openSharedLayers(desk.host, { place: request.layerCache, say: desk.say });
  const layers = await decideStack({ plan: keys, spec, cache, fresh: request.fresh });
  const standing = await whatStands(desk, { request, spec, plan: keys });
  const state = { layers: layersWith(layers, standing), standing };
  if (request.explain || request.dryRun) {
    const coming = standing.artifact === null && !standing.complete ? await previewLayers(desk, { plan: keys, spec, cache, fresh: request.fresh, shared }) : [];
    return outcomeOf(work, { layers: withFetched(state.layers, keys, coming), standing }, request.explain ? 'explained' : 'dry-run');
  }
  if (standing.complete) return outcomeOf(work, state, 'nothing-to-do');
  return makeRest(desk, work, { workspace, cache, planFor, indexDigests, shared, fresh: request.fresh, ...state });
}

interface Rest extends Omit<Making, 'plan' | keyof Work> {
  readonly planFor: (driver: ChosenDriver) => BuildPlan;
  readonly layers: readonly LayerOutcome[];
  readonly standing: Standing;
}

/** Everything that an earlier bake has not done already. */
async function makeRest(desk: Desk, work: Work, { planFor, standing, layers: decided, ...making }: Rest): Promise<BakeOutcome> {
  const { request, spec } = work;
  const { cache, shared } = making;
  const driver = await runStage(desk, chooseDriver, request);
  const plan = planFor(driver);
  const made = standing.artifact === null ? await makeArtifact(desk, { ...work, ...making, plan }) : { artifact: standing.artifact };
  const { artifact, stack } = { stack: undefined, ...made };
  const layers = withFetched(decided, plan, stack?.fetched ?? []);
  if (request.proven === false) return outcomeOf(work, { layers, standing: { ...NOTHING_STANDS, artifact } }, 'baked');
  const report = standing.report ?? (await prove(desk, work, { artifact, accelerator: driver.accelerator }));
  const release = request.publish ? await publishArtifact(desk, { ...request, artifact, report, spec }) : null;
  // Only now, and only what this very disk was made from: nothing that no verification has seen reaches another machine.
  if (shared?.share !== undefined && stack !== undefined) await runStage(desk, shareLayers, { disks: stack.disks, cache, shared });
  await cache.prune(CACHED_VERSIONS);
  return outcomeOf(work, { layers, standing: { artifact, report, release, complete: true } }, release === null ? 'baked' : 'published');
}

/** Keys do not depend on how a disk is baked: they are known before a driver is chosen. */
const UNDECIDED: ChosenDriver = { driver: 'native', accelerator: 'tcg', packerVersion: '1.6.6' };
const CACHED_VERSIONS = 2;

async function loadWanted(desk: Desk, request: BakeRequest): Promise<{ readonly spec: ImageSpec; readonly texts: SourceTexts }> {
  const { spec, texts } = await loadSpec(desk.host, request);
  return { texts, spec: request.compression === undefined ? spec : { ...spec, disk: { ...spec.disk, compression: request.compression } } };
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
  const failed = failedLines(report);
  throw new BakeError('VERIFICATION_FAILED', {
    what: `${spec.imageId} was baked and did not pass, for ${failed.length} ${failed.length === 1 ? 'reason' : 'reasons'}`,
    fix: `Read ${report.failureKit ?? 'the report'}; nothing was published, and the layers are kept`,
    details: failed.slice(0, 30),
  });
}

function outcomeOf(
  { spec, stageTimes }: Work,
  { layers, standing }: { readonly layers: readonly LayerOutcome[]; readonly standing: Standing },
  status: BakeOutcome['status'],
): BakeOutcome {
  const { artifact, report, release, takenBack } = standing;
  const reference = release === null ? null : `${release.imageId}@${release.version}`;
  return {
    kind: 'BakeOutcome',
    imageId: spec.imageId,
    reference,
    status,
    layers,
    artifact,
    report,
    release,
    stageTimes,
    ...(takenBack === undefined ? {} : { takenBack }),
  };
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
