import type { Distro } from '../model/distro.ts';
import type { Component, EndOfLifePolicy } from '../model/image-spec.ts';

/** Something that nobody mends any more, or only for those who pay or wait. */
export interface EndedSupport {
  readonly subject: string;
  /** ISO date. */
  readonly endedOn: string;
  /** Last day of extended support, while that goes on. */
  readonly extendedUntil: string | null;
}

/** The distro, when its normal support is over. */
export function endedDistro({ title, lifeCycle }: Distro, today: string): EndedSupport | undefined {
  const { endOfLife, extendedUntil } = lifeCycle;
  if (endOfLife >= today) return undefined;
  const lasts = extendedUntil !== undefined && extendedUntil >= today;
  return { subject: title, endedOn: lasts ? endOfLife : (extendedUntil ?? endOfLife), extendedUntil: lasts ? extendedUntil : null };
}

/** Versions of components that nobody mends: not their makers, nor the distro that they come from. */
export function endedVersions({ lifeCycle }: Distro, components: readonly Component[], today: string): readonly EndedSupport[] {
  const distroEnd = lifeCycle.extendedUntil ?? lifeCycle.endOfLife;
  return components.flatMap(({ id, repositories, versions = [] }) =>
    versions.flatMap(({ name, expected = '', endOfLife }) => {
      const byMakers = endOfLife ?? today;
      const byDistro = repositories.length === 0 && distroEnd > byMakers ? distroEnd : byMakers;
      const endedOn = lifeCycle.components?.[id] ?? byDistro;
      return endedOn >= today ? [] : [{ subject: `${name} ${expected}`.trim(), endedOn, extendedUntil: null }];
    }),
  );
}

/** One line for people. */
export function endedLine({ subject, endedOn, extendedUntil }: EndedSupport): string {
  return extendedUntil === null
    ? `${subject} has been without security updates since ${endedOn}`
    : `Normal support of ${subject} ended on ${endedOn}; its extended support lasts until ${extendedUntil}`;
}

/** What an image's policy makes of a distro past its end: extended support counts as support. */
export function judgeEnd(ended: EndedSupport | undefined, policy: EndOfLifePolicy): 'bake' | 'refuse' | 'archive-first' {
  if (ended === undefined || ended.extendedUntil !== null || policy === 'warn') return 'bake';
  return policy === 'refuse' ? 'refuse' : 'archive-first';
}
