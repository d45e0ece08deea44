/** One line of a checklist that people know by its sentence, and the checks that prove it. */
export interface ChecklistItem {
  /** The sentence, as the document that asks for it writes it. */
  readonly item: string;
  /** Globs of check ids; the line holds when every check of the role that they mean has passed. */
  readonly checks: readonly string[];
  /** What some of these checks found, worth showing as evidence: a label such as `PostgreSQL` → the id of the check. */
  readonly show: Readonly<Record<string, string>>;
  /** Said beside the evidence. */
  readonly note?: string;
  /** What an image cannot do and whoever deploys it does; the line is never more than `operator` then. */
  readonly operator?: string;
}

/** A checklist of somebody's own words: one YAML file (config/checklists/<id>.yaml). */
export interface Checklist {
  readonly id: string;
  readonly title: string;
  readonly items: readonly ChecklistItem[];
}

export type ChecklistState = 'done' | 'failed' | 'not-applicable' | 'operator';

/** What came of one line. */
export interface ChecklistLine {
  readonly item: string;
  readonly state: ChecklistState;
  readonly evidence: string;
  /** Ids of the checks of this role that the line stands on, and those of them that did not pass. */
  readonly checks: readonly string[];
  readonly troubles: readonly string[];
}

/** A checklist with its evidence, as part of a VerificationReport: a fold over its rows, never a judgement of its own. */
export interface ChecklistReport {
  readonly id: string;
  readonly title: string;
  readonly lines: readonly ChecklistLine[];
}
