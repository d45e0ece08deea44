import type { Inventory } from '../model/inventory.ts';
import type { Change, FileChange, ReleaseDiff } from '../model/release-diff.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { changedValues, releaseChanges } from './release-changes.ts';

/** What a diff needs of a release. */
export interface ReleaseSide {
  /** `image@version`, or the image alone while it has no version yet. */
  readonly name: string;
  readonly sizeBytes: number;
  readonly report: VerificationReport;
  /** `name version architecture`, a line each. */
  readonly packages: readonly string[];
}

/** Compares two releases by what was seen of their disks. */
export function diffReleases(from: ReleaseSide, to: ReleaseSide): ReleaseDiff {
  const [before, after] = [from.report, to.report];
  return {
    kind: 'ReleaseDiff',
    schemaVersion: 1,
    from: from.name,
    to: to.name,
    ...releaseChanges(from.name, from, to),
    languagePackages: both(before.inventory, after.inventory, diffLanguagePackages),
    ports: both(before.openPorts, after.openPorts, (a, b) => change(a, b)),
    privileged: both(before.inventory?.privileged, after.inventory?.privileged, diffTables),
    units: both(before.inventory?.units, after.inventory?.units, (a, b) => change(a, b)),
    files: both(before.inventory?.files, after.inventory?.files, diffTables),
    sizeBytes: { from: from.sizeBytes, to: to.sizeBytes },
    firstBootSeconds: { from: before.bootSeconds.firstBoot, to: after.bootSeconds.firstBoot },
    rebootSeconds: { from: before.bootSeconds.reboot, to: after.bootSeconds.reboot },
    passed: { from: before.counts.pass, to: after.counts.pass },
  };
}

function diffLanguagePackages(before: Inventory, after: Inventory): ReleaseDiff['languagePackages'] {
  const [had, has] = [languagePackages(before), languagePackages(after)];
  return {
    added: [...has].filter(([name]) => !had.has(name)).map(([name, version]) => `${name} ${version}`),
    removed: [...had].filter(([name]) => !has.has(name)).map(([name, version]) => `${name} ${version}`),
    changed: changedValues(had, has),
  };
}

/** One may be there in several versions and places, nested in others: it is one, with all its versions. */
function languagePackages({ packages }: Inventory): ReadonlyMap<string, string> {
  const versions = new Map<string, string>();
  for (const { type, name, version, arch } of packages) {
    if (arch !== undefined) continue;
    const known = versions.get(`${type} ${name}`)?.split(', ') ?? [];
    versions.set(`${type} ${name}`, [...new Set([...known, version])].join(', '));
  }
  return versions;
}

function diffTables(before: Readonly<Record<string, string>>, after: Readonly<Record<string, string>>): FileChange {
  const changed = Object.keys(after).filter((path) => Object.hasOwn(before, path) && before[path] !== after[path]);
  return { ...change(Object.keys(before), Object.keys(after)), changed };
}

function change<T>(before: readonly T[], after: readonly T[]): Change<T> {
  const [had, has] = [new Set(before), new Set(after)];
  return { added: after.filter((item) => !had.has(item)), removed: before.filter((item) => !has.has(item)) };
}

function both<T, R>(before: T | undefined, after: T | undefined, compare: (before: T, after: T) => R): R | null {
  return before === undefined || after === undefined ? null : compare(before, after);
}
