import { dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Artifact } from '../model/artifact.ts';
import type { BakeInputs } from '../model/bake-inputs.ts';
import type { BuildPlan } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { checksDigest } from '../plan/checks-digest.ts';
import { countingRows } from '../plan/counting-rows.ts';
import { digestOf } from '../plan/digest.ts';
import { isOnlyCandidate } from '../plan/standing-release.ts';
import { findWhole } from './find-whole.ts';
import { channelVersion, takenBackOf } from './index-changes.ts';
import { openStore } from './open-store.ts';

/** Which of a bake's results are there already and still stand. */
export interface Standing {
  readonly artifact: Artifact | null;
  /** Only one that passed, for these very bytes and these very checks. */
  readonly report: VerificationReport | null;
  readonly release: Release | null;
  /** Why the release was taken back: it is not made again from the same inputs. */
  readonly takenBack?: string;
  /** True when nothing is left to do. */
  readonly complete: boolean;
}

export interface StandingQuestion {
  readonly request: { readonly buildDir: string; readonly storeLocation: string; readonly publish: boolean; readonly candidate?: boolean };
  readonly spec: ImageSpec;
  readonly plan: BuildPlan;
}

/** Looks up what an earlier bake with the same keys has left: an unchanged image is nothing to do. */
export async function findStanding(host: Host, { request, spec, plan }: StandingQuestion): Promise<Standing> {
  const dir = artifactDir(request.buildDir, spec.imageId, plan.layers.at(-1)?.key ?? '');
  const artifact = await readArtifact(host, dir);
  const report = artifact === null ? null : await readReport(host, { dir, artifact, spec });
  const released = artifact === null || report === null ? null : await releaseOf(host, request, artifact);
  const complete = report !== null && (released !== null || !request.publish);
  return { artifact, report, release: null, ...released, complete };
}

/** Folder of one finished disk. */
export function artifactDir(buildDir: string, imageId: string, key: string): string {
  return join(buildDir, 'artifacts', imageId, key);
}

export interface ReportToKeep {
  readonly request: { readonly buildDir: string };
  readonly spec: ImageSpec;
  readonly artifact: Artifact;
  readonly report: VerificationReport;
}

/** Lays a report beside the disk that it is about, with the digest of the checks that it answers. */
export async function keepReport(host: Host, { request, spec, artifact, report }: ReportToKeep): Promise<void> {
  const path = join(artifactDir(request.buildDir, spec.imageId, artifact.key), 'report.json');
  await host.files.writeText(path, `${JSON.stringify({ checks: checksDigest(spec), report }, undefined, 2)}\n`);
}

/** One finished disk, or null when it is not whole. */
export async function readArtifact(host: Host, dir: string): Promise<Artifact | null> {
  const artifact = await readJson<Artifact>(host, join(dir, 'artifact.json'));
  if (artifact === null) return null;
  const diskPath = join(dir, 'disk.qcow2');
  return (await host.files.stat(diskPath))?.sizeBytes === artifact.sizeBytes ? { ...artifact, diskPath } : null;
}

/** What a finished disk was made from, or null when that is not known for certain: an artifact of earlier days does not say. */
export async function readInputs(host: Host, artifact: Artifact): Promise<BakeInputs | null> {
  const inputs = await readJson<BakeInputs>(host, join(dirname(artifact.diskPath), 'inputs.json'));
  return inputs?.kind === 'BakeInputs' && digestOf(inputs.plan) === artifact.parent ? inputs : null;
}

/** The report of that disk, or null when it did not pass, answers other checks than those of today, or passed by a mute that has ended. */
export async function readReport(
  host: Host,
  { dir, artifact, spec }: { readonly dir: string; readonly artifact: Artifact; readonly spec: ImageSpec },
): Promise<VerificationReport | null> {
  const kept = await readJson<{ readonly checks: string; readonly report: VerificationReport }>(host, join(dir, 'report.json'));
  if (kept === null || kept.checks !== checksDigest(spec)) return null;
  const { report } = kept;
  const ofThisDisk = report.digestAfter === artifact.sha256 && report.parent === digestOf(artifact);
  if (report.verdict !== 'pass' || report.partial || !ofThisDisk) return null;
  const today = host.clock.now().toISOString().slice(0, 10);
  return countingRows(report.rows, spec.distro.mutes ?? [], today).length === 0 ? report : null;
}

async function releaseOf(
  host: Host,
  { storeLocation, candidate = false }: StandingQuestion['request'],
  artifact: Artifact,
): Promise<Pick<Standing, 'release' | 'takenBack'> | null> {
  const store = openStore(host, storeLocation);
  const index = await store.readIndex();
  const entry = index.releases.findLast(({ imageId, sha256 }) => imageId === artifact.imageId && sha256 === artifact.sha256);
  const found = entry === undefined ? undefined : await findWhole(store, entry);
  if (entry === undefined || found === undefined || (await found.diskSizeBytes()) !== artifact.sizeBytes) return null;
  const { release } = found;
  const takenBack = takenBackOf(entry);
  const offered = channelVersion(index, entry.imageId, candidate ? 'candidate' : 'latest') === entry.version;
  return isOnlyCandidate({ release, offered }, candidate) && !('takenBack' in takenBack) ? null : { release, ...takenBack };
}

async function readJson<T>(host: Host, path: string): Promise<T | null> {
  try {
    return JSON.parse(await host.files.readText(path)) as T;
  } catch {
    return null;
  }
}
