/** What is said of a release after it was published: it is found and kept as before, and readers see it. */
export interface ReleaseMarks {
  /** Taken back: nobody is to start it without knowing why. */
  readonly yanked?: { readonly at: string; readonly reason: string };
  /** `YYYY-MM-DD`: from the day after, nobody cares for it any more. */
  readonly deprecatedAfter?: string;
}

/** A change of marks: null takes one away, an absent one stays. */
export interface MarksChange {
  readonly yanked?: ReleaseMarks['yanked'] | null;
  readonly deprecatedAfter?: string | null;
}

export const DAY_PATTERN = /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/;
/** One line of print, whatever alphabet: it is shown on terminals, in JSON and on pages. */
export const REASON_PATTERN = /^(?=\S)[^\p{Cc}\p{Cf}\p{Zl}\p{Zp}]{1,300}$/u;

/** The marks after a change. */
export function changeMarks({ yanked, deprecatedAfter }: ReleaseMarks, change: MarksChange): ReleaseMarks {
  const next = {
    yanked: change.yanked === undefined ? yanked : change.yanked,
    deprecatedAfter: change.deprecatedAfter === undefined ? deprecatedAfter : change.deprecatedAfter,
  };
  return {
    ...(next.yanked === undefined || next.yanked === null ? {} : { yanked: next.yanked }),
    ...(next.deprecatedAfter === undefined || next.deprecatedAfter === null ? {} : { deprecatedAfter: next.deprecatedAfter }),
  };
}

/** Only the marks of something that has more than marks. */
export function marksOf({ yanked, deprecatedAfter }: ReleaseMarks): ReleaseMarks {
  return { ...(yanked === undefined ? {} : { yanked }), ...(deprecatedAfter === undefined ? {} : { deprecatedAfter }) };
}

/** True for marks that somebody else wrote and that can be trusted to be such. */
export function areMarks(value: unknown): boolean {
  const { yanked, deprecatedAfter } = value as { readonly yanked?: unknown; readonly deprecatedAfter?: unknown };
  return (
    (deprecatedAfter === undefined || (typeof deprecatedAfter === 'string' && DAY_PATTERN.test(deprecatedAfter))) && (yanked === undefined || isYank(yanked))
  );
}

function isYank(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { at, reason } = value as { readonly at?: unknown; readonly reason?: unknown };
  return typeof at === 'string' && typeof reason === 'string' && REASON_PATTERN.test(reason);
}
