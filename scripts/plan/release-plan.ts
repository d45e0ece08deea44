import { BakeError } from '../errors.ts';
import type { Artifact } from '../model/artifact.ts';
import type { BakeInputs } from '../model/bake-inputs.ts';
import type { CheckRow } from '../model/check.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { checksDigest } from './checks-digest.ts';
import { countingRows } from './counting-rows.ts';
import { digestOf } from './digest.ts';

/** The three documents that have to agree before anything is promised. */
export interface Evidence {
  readonly artifact: Artifact;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
  /** Null when the artifact does not say what it was made from. */
  readonly inputs?: BakeInputs | null;
  /** True: the release is to be tried out before `latest` means it. */
  readonly candidate?: boolean;
}

/** Turns evidence into a promise, and refuses with every reason when the evidence does not carry it. */
export function planRelease(
  { artifact, report, spec, inputs, candidate }: Evidence,
  { version, publishedAt }: { readonly version: string; readonly publishedAt: string },
): Release {
  assertPublishable({ artifact, report, spec });
  return {
    kind: 'Release',
    schemaVersion: 1,
    parent: digestOf(report),
    imageId: artifact.imageId,
    image: artifact.image,
    role: artifact.role,
    distro: artifact.distro,
    version,
    ...(candidate === true ? { candidate } : {}),
    key: artifact.key,
    artifactDigest: digestOf(artifact),
    documents: { spec: inputs?.plan.parent ?? null, plan: artifact.parent, artifact: digestOf(artifact), report: digestOf(report) },
    disk: {
      file: 'disk.qcow2',
      sha256: artifact.sha256,
      sizeBytes: artifact.sizeBytes,
      virtualSizeBytes: artifact.virtualSizeBytes,
      compression: artifact.compression,
    },
    checks: { passed: report.counts.pass, declared: report.counts.declaredRows, digest: checksDigest(spec) },
    ...(report.budgets === undefined ? {} : { budgets: report.budgets }),
    bootSeconds: report.bootSeconds,
    loginUser: spec.distro.loginUser,
    family: spec.distro.family,
    firmware: spec.distro.firmware,
    defaultProfile: spec.defaultProfile,
    driver: artifact.driver,
    stageTimes: [...artifact.stageTimes, ...report.stageTimes],
    publishedAt,
  };
}

/** The gate on its own: asked before a store is touched. */
export function assertPublishable(evidence: Evidence): void {
  const reasons = refusals(evidence);
  if (reasons.length === 0) return;
  throw new BakeError('PUBLISH_REFUSED', {
    what: `${evidence.artifact.imageId} is not published: ${reasons[0]}${reasons.length > 1 ? `, and ${reasons.length - 1} more` : ''}`,
    fix: 'Read the report, put right what it names, then bake and verify again; only a whole, passing report of this very disk publishes',
    details: reasons,
  });
}

function refusals(evidence: Evidence): readonly string[] {
  return [...verdictRefusals(evidence), ...countRefusals(evidence), ...chainRefusals(evidence)];
}

/** Mutes of the day of the verification: what passed then does not fail by waiting to be published. */
function countingOnItsDay({ report, spec }: Evidence): readonly CheckRow[] {
  return countingRows(report.rows, spec.distro.mutes ?? [], report.verifiedAt.slice(0, 10));
}

function verdictRefusals(evidence: Evidence): readonly string[] {
  const { report } = evidence;
  const failed = countingOnItsDay(evidence).map(({ check, phase, outcome }) => `${check} in ${phase} is ${outcome}`);
  return [
    ...(report.verdict === 'pass' ? [] : [`the verdict is ${report.verdict}`]),
    ...(report.partial ? ['only a part of the checks was run (--only)'] : []),
    ...report.missing.map((name) => `no result came for ${name}`),
    ...failed,
    ...(report.budgets ?? []).filter(({ outcome }) => outcome !== 'pass').map(({ title, outcome }) => `the budget of “${title}” is ${outcome}`),
  ];
}

function countRefusals(evidence: Evidence): readonly string[] {
  const { counts, rows } = evidence.report;
  const passed = rows.filter(({ outcome }) => outcome === 'pass').length;
  const muted = rows.length - passed - countingOnItsDay(evidence).length;
  return [
    ...(counts.declaredRows > 0 ? [] : ['no check is declared']),
    ...(rows.length === counts.declaredRows ? [] : [`${counts.declaredRows} results were declared, ${rows.length} came`]),
    ...(counts.pass === passed && passed + muted === counts.declaredRows
      ? []
      : [`${passed} of ${counts.declaredRows} declared results pass (counted as ${counts.pass})`]),
  ];
}

function chainRefusals({ artifact, report, spec }: Evidence): readonly string[] {
  const ids = new Set([artifact.imageId, report.imageId, spec.imageId]);
  return [
    ...(report.digestBefore === artifact.sha256 ? [] : [`the tested disk (${short(report.digestBefore)}) is not the baked one (${short(artifact.sha256)})`]),
    ...(report.digestAfter === report.digestBefore
      ? []
      : [`the disk changed during its test: ${short(report.digestBefore)} before, ${short(report.digestAfter)} after`]),
    ...(report.parent === digestOf(artifact) ? [] : ['the report was made from another artifact document']),
    ...(ids.size === 1 ? [] : [`artifact, report and configuration name different images: ${[...ids].join(', ')}`]),
  ];
}

function short(digest: string): string {
  return digest.slice(0, 12);
}
