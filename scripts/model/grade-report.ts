import type { Document } from './document.ts';

/** One rule that a grader says the image breaks. */
export interface FailedRule {
  readonly rule: string;
  readonly title: string;
  /** Why this image does not follow it (config/grades.yaml); null when nobody has said so. */
  readonly waiver: string | null;
}

/** What one grader says, in its own unit, against the goal. */
export interface Grade {
  /** `<grader>.<profile or unit>`, such as `openscap.cis-l1`. */
  readonly id: string;
  readonly title: string;
  readonly unit: '%' | 'points' | 'findings' | 'exposure';
  readonly better: 'higher' | 'lower';
  /** Null when the grader could not be run, or did not come to an end. */
  readonly score: number | null;
  readonly goal: number;
  readonly outcome: 'met' | 'missed' | 'unknown';
  /** The score of the release before; null when there is none. */
  readonly previous: number | null;
  /** The score of a machine that nobody has hardened; null when it was not asked for. */
  readonly stock: number | null;
  /** What the score was made of, or why there is none. */
  readonly detail: string;
  readonly failed: readonly FailedRule[];
}

/** What independent graders say of one disk. Parent: the VerificationReport of the same disk where there is one. */
export interface GradeReport extends Document<'GradeReport'> {
  readonly imageId: string;
  readonly distro: string;
  readonly role: string;
  readonly diskSha256: string;
  /** Version of the release before, which `previous` is of. */
  readonly since: string | null;
  /** Why there is a release before and its grades cannot be read: a fall cannot be told then. */
  readonly notCompared?: string;
  /** Name and version of everything that graded. */
  readonly graders: readonly string[];
  readonly grades: readonly Grade[];
  /** Ids of grades that are worse than those of the release before: one is enough to fail. */
  readonly falls: readonly string[];
  /** `fail` when a grade fell, or when a grader that was asked gave none. A goal that is missed is shown, and fails nothing. */
  readonly verdict: 'pass' | 'fail';
  readonly gradedAt: string;
}
