import { BakeError } from '../errors.ts';
import { compareVersions } from '../model/release-name.ts';
import type { IndexEntry, StoreIndex } from '../model/release.ts';

const DAY_MS = 24 * 60 * 60 * 1000;

/** How much a caller wants to keep. */
export interface KeepRule {
  /** Newest releases of each image that stay; at least one. */
  readonly keepNewest: number;
  /** Releases younger than this stay. */
  readonly keepDays: number;
}

/** What is worth keeping: a release stays when any of these speaks for it. */
export interface PruneRule extends KeepRule {
  readonly now: Date;
  /** What running VMs use. */
  readonly inUse: readonly { readonly imageId: string; readonly sha256: string }[];
}

export interface KeptRelease {
  readonly entry: IndexEntry;
  readonly reasons: readonly string[];
}

export interface PrunePlan {
  readonly keep: readonly KeptRelease[];
  readonly drop: readonly IndexEntry[];
}

/** Refuses a rule that makes no sense, for whoever has other things to do or to remove before releases are judged by it. */
export function checkKeepRule({ keepNewest, keepDays }: KeepRule): void {
  if (!Number.isInteger(keepNewest) || keepNewest < 1) throw badRule(`to keep ${keepNewest} releases of an image`, 'Keep at least 1');
  if (!Number.isFinite(keepDays) || keepDays < 0) throw badRule(`to keep releases for ${keepDays} days`, 'Give 0 or more days');
}

/** Decides which releases may go: never the newest, never what a channel or a running VM uses. */
export function planPrune(index: StoreIndex, rule: PruneRule): PrunePlan {
  checkKeepRule(rule);
  const judged = index.releases.map((entry) => ({ entry, reasons: reasonsToKeep(entry, index, rule) }));
  return { keep: judged.filter(({ reasons }) => reasons.length > 0), drop: judged.filter(({ reasons }) => reasons.length === 0).map(({ entry }) => entry) };
}

function reasonsToKeep(entry: IndexEntry, index: StoreIndex, { keepNewest, keepDays, now, inUse }: PruneRule): readonly string[] {
  const newer = index.releases.filter(
    ({ imageId, version, yanked }) => yanked === undefined && imageId === entry.imageId && compareVersions(version, entry.version) > 0,
  ).length;
  const ageDays = (now.getTime() - Date.parse(entry.publishedAt)) / DAY_MS;
  const channels = Object.entries(Object.hasOwn(index.channels, entry.imageId) ? (index.channels[entry.imageId] ?? {}) : {});
  return [
    ...(newer < keepNewest && entry.yanked === undefined ? [`among the newest ${keepNewest}`] : []),
    // An age that cannot be told is no reason to delete.
    ...(ageDays < keepDays || Number.isNaN(ageDays) ? [`younger than ${keepDays} days`] : []),
    ...channels.filter(([, version]) => version === entry.version).map(([channel]) => `channel ${channel}`),
    ...(inUse.some(({ imageId, sha256 }) => imageId === entry.imageId && sha256 === entry.sha256) ? ['a running VM uses it'] : []),
  ];
}

function badRule(wish: string, fix: string): BakeError {
  return new BakeError('USAGE', { what: `It makes no sense ${wish}`, fix });
}
