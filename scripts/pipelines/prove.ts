import { resolve } from 'node:path';
import { sabotages, type Sabotage } from '../checks/sabotages.ts';
import { proofOf } from '../checks/proof-verdict.ts';
import { BakeError } from '../errors.ts';
import { withScope } from '../host/scope.ts';
import type { Accelerator } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Proof, SabotageRow } from '../model/proof.ts';
import { orderComponents } from '../plan/component-order.ts';
import { buildTraces } from '../plan/build-words.ts';
import { digestOf } from '../plan/digest.ts';
import { wholeEnv } from '../plan/layer-env.ts';
import { deadlines } from '../checks/slowness.ts';
import { calibrateHost } from '../stages/calibrate-host.ts';
import { inspectDisk } from '../stages/inspect-disk.ts';
import { loadTemplates } from '../stages/load-templates.ts';
import { sabotageSealed } from '../stages/sabotage-sealed.ts';
import { runStage, type Context, type Desk } from '../stages/stage.ts';
import { proveGuest, type Ground } from './prove-guest.ts';

export interface ProveRequest {
  readonly diskPath: string;
  readonly spec: ImageSpec;
  /** Digest of the Artifact document; null for a disk that Ingot did not bake. */
  readonly artifactDigest: string | null;
  readonly accelerator: 'auto' | Accelerator;
  readonly only?: string | undefined;
  readonly workDir: string;
  /** Default 2. */
  readonly cpus?: number;
  /** Default 2048. */
  readonly memoryMiB?: number;
}

/** Breaks a throw-away copy of a good disk once for every check, and reports which checks noticed. Never writes to the disk. */
export async function prove(desk: Desk, request: ProveRequest): Promise<Proof> {
  const { spec, only, artifactDigest } = request;
  const { host } = desk;
  const planned = sabotages(spec, only, host.clock.now().toISOString().slice(0, 10));
  if (planned.length === 0)
    throw new BakeError('USAGE', {
      what: `No check of ${spec.imageId} matches --only ${only ?? ''}`,
      fix: "Give a check's id, such as `nginx.*`; quote it for the shell",
    });
  const startedMs = host.clock.monotonicMs();
  return withScope(async (scope) => {
    const context = { ...desk, scope };
    const ground = await prepare(context, request);
    const { disk, env, scratchDir, nonce, calibration } = ground;
    const of = (...grounds: readonly Sabotage['ground'][]): readonly Sabotage[] => planned.filter((sabotage) => grounds.includes(sabotage.ground));
    const sealed = await runStage(context, sabotageSealed, {
      disk,
      env: { ...env, ...buildTraces(spec, host.facts) },
      scratchDir,
      nonce,
      probeMs: ground.deadlines.sealedProbeMs,
      sabotages: of('sealed'),
    });
    const live = of('first-boot', 'after-reboot');
    const guest = live.length === 0 ? NO_GUEST : await proveGuest(context, ground, live);
    const rows = inOrder([...sealed, ...guest.rows], planned);
    return proofOf({
      ...{ parent: artifactDigest, imageId: spec.imageId, diskDigest: disk.sha256, partial: only !== undefined, rows },
      ...{ accelerator: live.length === 0 ? 'none' : calibration.accelerator, bootSeconds: guest.bootSeconds },
      totalSeconds: (host.clock.monotonicMs() - startedMs) / 1000,
      provenAt: host.clock.now().toISOString(),
    });
  });
}

const NO_GUEST = { rows: [], bootSeconds: { firstBoot: 0, reboot: 0 } } as const;

async function prepare(context: Context, { spec, diskPath, workDir, cpus = 2, memoryMiB = 2048, accelerator }: ProveRequest): Promise<Ground> {
  const { host, scope } = context;
  await host.files.makeDir(workDir);
  const scratchDir = await host.files.makeTempDir(resolve(workDir), 'prove-');
  scope.always('remove the scratch folder', () => host.files.remove(scratchDir));
  const disk = await runStage(context, inspectDisk, { diskPath: resolve(diskPath), scratchDir });
  const calibration = await runStage(context, calibrateHost, { accelerator, scratchDir });
  const order = orderComponents(spec.components).map(({ id }) => id);
  return {
    ...{ spec, disk, calibration, scratchDir, cpus, memoryMiB },
    env: wholeEnv(spec, order),
    deadlines: deadlines(calibration.accelerator, calibration.slowness),
    templates: await loadTemplates(host),
    nonce: digestOf([disk.sha256, scratchDir]).slice(0, 12),
  };
}

function inOrder(rows: readonly SabotageRow[], planned: readonly Sabotage[]): readonly SabotageRow[] {
  return planned.flatMap(({ declaration }) => rows.filter(({ check }) => check === declaration.id));
}
