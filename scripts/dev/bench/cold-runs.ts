import { join } from 'node:path';
import type { StageTime } from '../../model/artifact.ts';
import { BakeError } from '../../errors.ts';
import { bakeOnce, type Baked } from './bake-once.ts';
import { readyChrootPeer, type ChrootPeer } from './chroot-peer.ts';
import { copyAptDir, type Ground } from './ground.ts';
import type { Lab } from './lab.ts';
import { medianLap, type Lap, type Measured } from './line.ts';
import { timed } from './stopwatch.ts';
import { warmUp } from './warm-up.ts';

/** Cold bakes, ours and by hand, and what the last of ours has left for a bake that changes little. */
export interface ColdRuns extends Measured {
  readonly peer: Lap;
  readonly buildDir: string;
  readonly artifact: Baked['artifact'];
}

/** The peer, then ours, and again: what a noisy hour does, it does to both. */
export async function coldRuns(lab: Lab, ground: Ground, runs: number): Promise<ColdRuns> {
  const laps: { readonly peer: Lap; readonly ours: Lap }[] = [];
  let last: { readonly buildDir: string; readonly baked: Baked; readonly peer: ChrootPeer } | undefined;
  for (let run = 1; run <= runs; run += 1) {
    if (last !== undefined) await lab.desk.host.files.remove(last.buildDir);
    lab.desk.say({ type: 'note', message: `Cold bake by hand, run ${run} of ${runs}` });
    const peer = await byHand(lab, ground);
    lab.desk.say({ type: 'note', message: `Cold bake of ours, run ${run} of ${runs}` });
    const buildDir = join(lab.dir, `cold-${run}`);
    const ours = await coldBake(lab, ground, buildDir);
    laps.push({ peer, ours });
    last = { buildDir, baked: ours.value, peer: peer.value };
  }
  if (last === undefined) throw new BakeError('BUG', { what: 'No cold run was made', fix: 'Give --runs 1 or more' });
  refuseUnequal(last.baked, last.peer);
  const ours = medianLap(laps.map((lap) => lap.ours));
  const peer = medianLap(laps.map((lap) => lap.peer));
  const { buildDir, baked } = last;
  return { ours, peer, buildDir, artifact: baked.artifact, notes: notesOf({ laps, baked, peer: last.peer }) };
}

/** One cold bake on the ground: packages, compaction, configuration, seal, finished disk with its digest. */
async function coldBake(lab: Lab, ground: Ground, buildDir: string) {
  await ground.copyTo(buildDir);
  await warmUp(lab.desk.host, ground);
  return timed(lab.desk.host, () => bakeOnce(lab, { role: 'full', buildDir }));
}

async function byHand(lab: Lab, ground: Ground) {
  const { host } = lab.desk;
  const workDir = join(lab.dir, 'by-hand');
  await host.files.makeDir(workDir);
  const aptDir = await copyAptDir(lab, ground, join(workDir, 'apt'));
  const bake = await readyChrootPeer(lab, { basePath: ground.basePath, aptDir, workDir });
  await warmUp(host, ground);
  const lap = await timed(host, bake);
  const { sizeBytes = 0 } = (await host.files.stat(join(workDir, 'disk.qcow2'))) ?? {};
  await host.files.remove(workDir);
  return { ...lap, sizeBytes };
}

/** Two disks with other contents would be compared for nothing. */
export function refuseUnequal({ artifact }: { readonly artifact: Pick<Baked['artifact'], 'packages'> }, peer: Pick<ChrootPeer, 'packages'>): void {
  const [ours, theirs] = [new Set(artifact.packages), new Set(peer.packages)];
  const details = [
    ...[...ours].filter((line) => !theirs.has(line)).map((line) => `only ours: ${line}`),
    ...[...theirs].filter((line) => !ours.has(line)).map((line) => `only the peer's: ${line}`),
  ];
  if (details.length === 0) return;
  throw new BakeError('BAKE_FAILED', {
    what: `The peer's disk holds other packages than ours (${details.slice(0, 3).join('; ')})`,
    fix: 'Correct the peer',
    details,
  });
}

function notesOf({
  laps,
  baked,
  peer,
}: {
  readonly laps: readonly { readonly peer: Lap & { readonly sizeBytes?: number }; readonly ours: Lap }[];
  readonly baked: Baked;
  readonly peer: ChrootPeer;
}): readonly string[] {
  const { artifact, stages, fetched } = baked;
  const each =
    laps.length === 1 ? [] : [`runs (ours/peer): ${laps.map(({ ours, peer: theirs }) => `${ours.seconds.toFixed(1)}/${theirs.seconds.toFixed(1)}`).join(' ')}`];
  return [
    `ours:  ${stepText(stages)}`,
    `peer:  ${stepText(peer.steps)}`,
    `disks: ours ${mib(artifact.sizeBytes)}, peer ${mib(laps.at(-1)?.peer.sizeBytes ?? 0)}; ${artifact.packages.length} packages in each; fetched by ours: ${fetched ?? 'not said'}`,
    ...each,
  ];
}

/** Where the time went, in one line. */
export function stepText(steps: readonly StageTime[]): string {
  return steps.map(({ name, seconds }) => `${name} ${seconds.toFixed(1)}`).join(' · ');
}

function mib(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
