import type { ImageSpec } from '../model/image-spec.ts';
import type { IndexEntry, Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { checksDigest } from './checks-digest.ts';
import { countingRows } from './counting-rows.ts';
import { subjectLink } from './provenance.ts';
import { recipeOf } from './rebuild-inputs.ts';
import { documentLinks } from './release-links.ts';

/** What a bake of today would make and ask. */
export interface WantedRelease {
  readonly spec: ImageSpec;
  /** Of the sealed layer. */
  readonly key: string;
  /** ISO date. */
  readonly today: string;
  /** True: what would be published is a candidate. */
  readonly candidate: boolean;
}

/** A release that was made from the same layers, and all that it says for itself. */
export interface ReleaseEvidence {
  readonly release: Release;
  readonly entry: IndexEntry;
  /** True when the channel that a publication would move points at it. */
  readonly offered: boolean;
  /** Undefined when it cannot be read. */
  readonly report: VerificationReport | undefined;
  /** The statement of its provenance; undefined when it has none. */
  readonly statement: string | undefined;
  /** Of the disk as it lies in the store. */
  readonly diskSizeBytes: number | undefined;
}

/**
 * Why a release is not what a bake of today would come to, every reason; none when it is, and nothing is left to do. One that was taken back still is what it would
 * come to: the same layers would only be published again.
 */
export function whyNotStanding(evidence: ReleaseEvidence, wanted: WantedRelease): readonly string[] {
  return [...marked(evidence.entry, wanted.today), ...kept(evidence, wanted), ...proven(evidence, wanted), ...made(evidence, wanted)];
}

/** Whether a release was published for those who try it before it is for all, and a bake for all finds it still so: it does not stand for that. */
export function isOnlyCandidate({ release, offered }: Pick<ReleaseEvidence, 'release' | 'offered'>, candidate: boolean): boolean {
  return release.candidate === true && !candidate && !offered;
}

function marked({ deprecatedAfter }: IndexEntry, today: string): readonly string[] {
  return deprecatedAfter !== undefined && today > deprecatedAfter ? [`it is out of date since ${deprecatedAfter}`] : [];
}

function kept({ release, offered, diskSizeBytes }: ReleaseEvidence, { candidate }: WantedRelease): readonly string[] {
  return [
    ...(isOnlyCandidate({ release, offered }, candidate) ? ['it is a candidate, which `promote` would make the latest'] : []),
    ...(diskSizeBytes === release.disk.sizeBytes ? [] : ['its disk is not whole']),
  ];
}

/** It passed the checks of today, and not by a mute that has ended. */
function proven({ release, entry, report }: ReleaseEvidence, { spec, today }: WantedRelease): readonly string[] {
  const broken = documentLinks({ manifest: release, report }, entry).filter(({ outcome }) => outcome !== 'pass');
  if (broken.length > 0) return broken.map(({ link, found }) => `${link}: ${found}`);
  const { digest } = release.checks;
  if (digest === undefined) return ['it does not say which checks it passed'];
  if (digest !== checksDigest(spec)) return ['it passed other checks than those of today'];
  const counting = countingRows(report?.rows ?? [], spec.distro.mutes ?? [], today);
  return counting.map(({ check, phase }) => `${check} in ${phase} did not pass, and is not muted any more`);
}

function made({ release, statement }: ReleaseEvidence, { key }: WantedRelease): readonly string[] {
  const recipe = recipeOf(statement ?? '');
  if (statement === undefined || recipe === undefined) return ['it does not say what it was made from'];
  const subject = subjectLink('its provenance', statement, release.disk.sha256);
  if (subject.outcome !== 'pass') return [`${subject.link}: ${subject.found}`];
  return recipe.layers.at(-1)?.key === key ? [] : ['its provenance tells of other layers'];
}
