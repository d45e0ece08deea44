import { join } from 'node:path';
import { loadSpec } from '../../config/load-spec.ts';
import type { Artifact, StageTime } from '../../model/artifact.ts';
import type { BuildPlan } from '../../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../../model/image-spec.ts';
import type { Workspace } from '../../model/workspace.ts';
import { planBuild } from '../../plan/build-plan.ts';
import { digestOf } from '../../plan/digest.ts';
import { bakeStack } from '../../stages/bake-stack.ts';
import { finishDisk } from '../../stages/finish-disk.ts';
import { makeBase } from '../../stages/make-base.ts';
import { hostAptSettings } from '../../stages/package-access.ts';
import { resolvePackageIndexes } from '../../stages/resolve-package-indexes.ts';
import { runStage, type Desk } from '../../stages/stage.ts';
import { openDiskCache } from '../../store/disk-cache.ts';
import { BENCH_IMAGE, type BenchRole } from './bench-project.ts';
import type { Lab } from './lab.ts';

export interface Baked {
  readonly artifact: Artifact;
  readonly stages: readonly StageTime[];
  /** What apt says that it has to fetch: nothing, when the package cache was full. */
  readonly fetched: string | undefined;
}

export interface BakeWish {
  readonly role: BenchRole;
  /** Its cache/ is used and filled; the disk is left in artifact/. */
  readonly buildDir: string;
}

/** Bakes the benchmark's image by the product's own stages, from YAML to the finished disk with its digest; what follows in a real bake is its proof. */
export async function bakeOnce(lab: Lab, wish: BakeWish): Promise<Baked> {
  const { desk, stages, fetched } = watched(lab.desk);
  const bake = await planned(desk, lab, wish);
  const { spec, plan, workspace } = bake;
  const stack = await bakeStack(desk, bake);
  const artifactDir = join(wish.buildDir, 'artifact');
  const artifact = await runStage(desk, finishDisk, { ...stack, spec, plan, workspace, artifactDir, stageTimes: () => [...stages] });
  return { artifact, stages, fetched: fetched() };
}

/** Makes only the base; returns the path of its disk. */
export async function bakeBase(lab: Lab, buildDir: string): Promise<string> {
  const { spec, texts, plan, cache, workspace, hostAptDump, fresh } = await planned(lab.desk, lab, { role: 'full', buildDir });
  return runStage(lab.desk, makeBase, { spec, texts, base: plan.base, cache, workDir: workspace.runDir, hostAptDump, fresh });
}

interface Planned {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly plan: BuildPlan;
  readonly cache: ReturnType<typeof openDiskCache>;
  readonly workspace: Workspace;
  readonly hostAptDump: string;
  readonly fresh: boolean;
}

async function planned(desk: Desk, lab: Lab, { role, buildDir }: BakeWish): Promise<Planned> {
  const { host } = desk;
  const { projectDir, cpus, memoryMiB } = host.facts;
  const { spec, texts } = await loadSpec(host, { distro: lab.payload.distro, image: BENCH_IMAGE, role });
  const runDir = await host.files.makeTempDir(lab.dir, 'run-');
  const runId = runDir.slice(-6).toLowerCase();
  const { indexDigests } = await runStage(desk, resolvePackageIndexes, { spec, texts, workDir: runDir });
  const packerVersion = /\d+\.\d+\.\d+/.exec((await host.run(['packer', 'version'])).stdout)?.[0] ?? '1.7.0';
  const bootstrapScript = await host.files.digest(join(projectDir, 'packer/bootstrap-disk.sh'));
  const facts = { driver: 'native', accelerator: 'tcg', packerVersion, indexDigests, bootstrapScript, cpus, memoryMiB } as const;
  const plan = planBuild(spec, facts, { base: 'auto', specDigest: digestOf(spec) });
  const cacheDir = join(buildDir, 'cache');
  const workspace = { projectDir, buildDir, cacheDir, runDir, logDir: runDir, runId };
  return { spec, texts, plan, cache: openDiskCache(host, cacheDir, runId), workspace, hostAptDump: await hostAptSettings(host), fresh: false };
}

/** The same desk, which also remembers how long each stage took and what was fetched. */
function watched(desk: Desk): { readonly desk: Desk; readonly stages: readonly StageTime[]; readonly fetched: () => string | undefined } {
  const stages: StageTime[] = [];
  let fetched: string | undefined;
  return {
    stages,
    fetched: () => fetched,
    desk: {
      host: desk.host,
      say: (event) => {
        if (event.type === 'finished') stages.push({ name: event.stage, seconds: event.seconds });
        if (event.type === 'progress') fetched = /^Need to get (.+) of archives/.exec(event.message)?.[1] ?? fetched;
        desk.say(event);
      },
    },
  };
}
