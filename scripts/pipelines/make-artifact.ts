import { join } from 'node:path';
import type { Artifact, StageTime } from '../model/artifact.ts';
import type { BuildPlan } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { Workspace } from '../model/workspace.ts';
import { refuseWithoutSubscription } from '../plan/subscription.ts';
import { bakeStack, type BakedStack } from '../stages/bake-stack.ts';
import { finishDisk } from '../stages/finish-disk.ts';
import { hostAptSettings } from '../stages/package-access.ts';
import { recordInputs } from '../stages/record-inputs.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { artifactDir } from '../store/artifacts.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import type { SharedLayers } from '../store/layers/shared-layers.ts';

export interface Making {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly plan: BuildPlan;
  readonly indexDigests: Readonly<Record<string, string>>;
  readonly cache: DiskCache;
  readonly shared: SharedLayers | undefined;
  readonly workspace: Workspace;
  readonly fresh: boolean;
  /** Of the stages so far, whenever it is asked. */
  readonly stageTimes: readonly StageTime[];
}

export interface Made {
  readonly artifact: Artifact;
  readonly stack: BakedStack;
}

/** From a plan to the one disk that is tested and shipped, with all that it was made from. */
export async function makeArtifact(desk: Desk, { indexDigests, stageTimes, ...making }: Making): Promise<Made> {
  const { spec, plan, workspace } = making;
  refuseWithoutSubscription(spec, desk.host.facts.env);
  await desk.host.files.writeText(join(workspace.logDir, 'plan.json'), `${JSON.stringify(plan, undefined, 2)}\n`);
  const inputs = await runStage(desk, recordInputs, { spec, plan, indexDigests });
  const hostAptDump = await hostAptSettings(desk.host);
  const stack = await bakeStack(desk, { ...making, hostAptDump });
  const { flatPath, overlayPaths } = stack;
  const dir = artifactDir(workspace.buildDir, spec.imageId, plan.layers.at(-1)?.key ?? '');
  const finishing = { flatPath, overlayPaths, spec, plan, inputs, workspace, artifactDir: dir, stageTimes: () => [...stageTimes] };
  return { artifact: await runStage(desk, finishDisk, finishing), stack };
}
