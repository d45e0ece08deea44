import type { VerificationReport } from '../model/verification-report.ts';
import type { Changed, ReleaseChanges } from '../model/release-changes.ts';

/** What is kept of a release, as far as two of them are compared. */
export interface Comparable {
  /** `name version architecture`, a line each. */
  readonly packages: readonly string[];
  readonly report: Pick<VerificationReport, 'rows' | 'budgets'>;
}

/** Tells two releases of one image apart, so that a person sees what an update brings. */
export function releaseChanges(since: string, before: Comparable, now: Comparable): ReleaseChanges {
  const [packagesBefore, packagesNow] = [versionsOf(before.packages), versionsOf(now.packages)];
  const [checksBefore, checksNow] = [checksOf(before), checksOf(now)];
  return {
    since,
    packages: {
      added: [...packagesNow].filter(([name]) => !packagesBefore.has(name)).map(([name, version]) => `${name} ${version}`),
      removed: [...packagesBefore].filter(([name]) => !packagesNow.has(name)).map(([name, version]) => `${name} ${version}`),
      changed: changedValues(packagesBefore, packagesNow),
    },
    checks: { added: checksNow.filter((id) => !checksBefore.includes(id)), removed: checksBefore.filter((id) => !checksNow.includes(id)) },
    measures: changedValues(measuresOf(before), measuresOf(now)),
  };
}

function versionsOf(lines: readonly string[]): ReadonlyMap<string, string> {
  return new Map(lines.map((line) => [line.split(' ')[0] ?? '', line.split(' ')[1] ?? '']));
}

function checksOf({ report }: Comparable): readonly string[] {
  return [...new Set(report.rows.map(({ check }) => check))].toSorted();
}

function measuresOf({ report }: Comparable): ReadonlyMap<string, string> {
  return new Map((report.budgets ?? []).map(({ title, measured, unit }) => [title, measured === null ? 'not measured' : `${measured} ${unit}`.trim()]));
}

/** What has another value now; what came and what went is told elsewhere. */
export function changedValues(before: ReadonlyMap<string, string>, now: ReadonlyMap<string, string>): readonly Changed[] {
  return [...now].flatMap(([name, value]) => {
    const old = before.get(name);
    return old === undefined || old === value ? [] : [{ name, before: old, now: value }];
  });
}
