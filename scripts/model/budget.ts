/** What a machine of an image may cost: measured in every verification. */
export const MEASURES = ['bootToLogin', 'bootToHealth', 'memoryAtRestMiB', 'diskMiB', 'packages', 'setuidFiles', 'listeningSockets'] as const;
export type Measure = (typeof MEASURES)[number];

/** Times mean nothing without the host that they were taken on: they are counted in runs of the reference guest, which differ per accelerator. */
export type TimeLimit = Readonly<Partial<Record<'kvm' | 'tcg', number>>>;

/** The most that an image may take of each; what is not named is not measured. */
export interface Budget {
  readonly bootToLogin?: TimeLimit;
  readonly bootToHealth?: TimeLimit;
  readonly memoryAtRestMiB?: number;
  readonly diskMiB?: number;
  readonly packages?: number;
  readonly setuidFiles?: number;
  readonly listeningSockets?: number;
}

/** One thing that was measured, against the most that it may be. */
export interface BudgetLine {
  readonly measure: Measure;
  readonly title: string;
  readonly unit: string;
  /** Null when it could not be measured. */
  readonly measured: number | null;
  /** Null when the image sets none for this accelerator. */
  readonly limit: number | null;
  /** `unknown`: there is a limit, and nothing was measured. Anything but `pass` fails the verification. */
  readonly outcome: 'pass' | 'fail' | 'unknown';
  /** How it was measured, or what was seen, in words. */
  readonly detail: string;
}
