import type { Phase, Saboteur } from './check.ts';
import type { Document } from './document.ts';
import type { Mute } from './mute.ts';

/** What became of one check when the thing that it guards was broken: `not-green` failed before anything was broken, `muted` is known to, `not-run` gave no answer. */
export type SabotageOutcome = 'killed' | 'survived' | 'not-green' | 'not-run' | 'muted';

/** One saboteur's result. */
export interface SabotageRow {
  readonly check: string;
  /** The component. */
  readonly subject: string;
  /** The check's title. */
  readonly property: string;
  readonly saboteur: Saboteur;
  readonly outcome: SabotageOutcome;
  /** Phases whose probe was red after the sabotage, and those that stayed green. */
  readonly red: readonly Phase[];
  readonly green: readonly Phase[];
  readonly expected: string;
  /** What the probe that counts found after the sabotage, or why there is nothing. */
  readonly found: string;
  /** What the saboteur itself said when it ended badly. */
  readonly complaint?: string;
  /** Why the check is known to fail on the good disk; only beside `muted`. */
  readonly muted?: Mute;
  readonly seconds: number;
}

/** How well a verification itself was verified. Parent: the Artifact (null for a disk that Ingot did not bake). */
export interface Proof extends Document<'Proof'> {
  readonly imageId: string;
  readonly diskDigest: string;
  /** True when --only left checks out. */
  readonly partial: boolean;
  readonly verdict: 'pass' | 'fail';
  readonly counts: {
    readonly checks: number;
    /** Checks that have a saboteur. */
    readonly saboteurs: number;
    readonly killed: number;
    readonly survived: number;
    readonly notGreen: number;
    readonly notRun: number;
    readonly muted: number;
  };
  /** Percent of the saboteurs that were noticed, of those that are not muted. */
  readonly killRate: number;
  readonly rows: readonly SabotageRow[];
  readonly accelerator: 'kvm' | 'tcg' | 'none';
  readonly bootSeconds: { readonly firstBoot: number; readonly reboot: number };
  readonly totalSeconds: number;
  readonly provenAt: string;
}
