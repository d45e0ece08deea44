import type { BootChart } from './boot-chart.ts';
import type { BudgetLine } from './budget.ts';
import type { CheckRow, Phase } from './check.ts';
import type { ChecklistReport } from './checklist.ts';
import type { Document } from './document.ts';
import type { StageTime } from './artifact.ts';
import type { Inventory } from './inventory.ts';

/** What we saw at boot. Parent: the Artifact (null for a disk that Ingot did not bake). */
export interface VerificationReport extends Document<'VerificationReport'> {
  readonly imageId: string;
  readonly distro: string;
  readonly role: string;
  /** SHA-256 of the disk before the first phase and after the last. */
  readonly digestBefore: string;
  readonly digestAfter: string;
  readonly verdict: 'pass' | 'fail';
  /** Every probe that had to produce a row, and how many rows there are per outcome. */
  readonly counts: {
    readonly checks: number;
    readonly declaredRows: number;
    readonly pass: number;
    readonly fail: number;
    readonly skip: number;
    readonly unknown: number;
  };
  /** `check phase` of each declared row that did not come. Not empty means fail. */
  readonly missing: readonly string[];
  readonly phases: readonly Phase[];
  /** True when --only left checks out: such a report never publishes. */
  readonly partial: boolean;
  readonly rows: readonly CheckRow[];
  readonly accelerator: 'kvm' | 'tcg';
  /** How much slower than the reference host this one is; deadlines were multiplied by it. */
  readonly slowness: number;
  /** From power on, or from the order to reboot, until the guest said that it had booted. */
  readonly bootSeconds: { readonly firstBoot: number; readonly reboot: number };
  readonly stageTimes: readonly StageTime[];
  /** From beginning to end; stages may run side by side. Absent from reports of earlier days. */
  readonly totalSeconds?: number;
  readonly verifiedAt: string;
  /** The image's checklist with its evidence. Absent when the image names none, from partial reports, and from those of earlier days. */
  readonly checklist?: ChecklistReport;
  /** What the image costs, against its budget. Absent when it has none, and from partial reports. */
  readonly budgets?: readonly BudgetLine[];
  /** How the guest came up, the first time and again. Absent where it could not be asked. */
  readonly bootCharts?: { readonly firstBoot?: BootChart; readonly reboot?: BootChart };
  /** TCP ports that a stranger finds open. Absent when nobody knocked, and from reports of earlier days. */
  readonly openPorts?: readonly number[];
  /** What the disk holds. Absent when it could not be looked into, and from reports of earlier days. */
  readonly inventory?: Inventory;
  /** Why the guest was lost on the way, as one sentence; such a report is a fail. */
  readonly problem?: string;
  /** Folder with the serial log, journal and overlay when something failed. */
  readonly failureKit?: string;
}
