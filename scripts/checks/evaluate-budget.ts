import type { Accelerator } from '../model/build-plan.ts';
import { MEASURES, type Budget, type BudgetLine, type Measure } from '../model/budget.ts';

export interface Measured {
  readonly accelerator: Accelerator;
  /** What the reference guest took in this very run: times are judged as multiples of it. */
  readonly referenceSeconds: number;
  /** Times in seconds, everything else in its own unit; what could not be measured is absent. */
  readonly numbers: Readonly<Partial<Record<Measure, number>>>;
}

const WORDS: Readonly<Record<Measure, { readonly title: string; readonly unit: string; readonly how: string }>> = {
  bootToLogin: { title: 'Power on to the first SSH login', unit: '×', how: '' },
  bootToHealth: { title: 'Power on to the first good answer of /healthz', unit: '×', how: '' },
  memoryAtRestMiB: { title: 'Memory in use at rest', unit: 'MiB', how: 'after a reboot, before anything is asked of it' },
  diskMiB: { title: 'Size of the disk file', unit: 'MiB', how: 'as it ships, compressed' },
  packages: { title: 'Installed packages', unit: '', how: 'on the sealed disk' },
  setuidFiles: { title: 'Setuid files', unit: '', how: 'on the sealed disk' },
  listeningSockets: { title: 'Listening sockets', unit: '', how: 'TCP and UDP, all addresses, after a reboot' },
};

/** Holds what was measured against the image's budget: more than it allows, or nothing where it sets a limit, is no pass. */
export function evaluateBudget(budget: Budget, measured: Measured): readonly BudgetLine[] {
  return MEASURES.filter((measure) => budget[measure] !== undefined).map((measure) => lineOf(measure, budget, measured));
}

function lineOf(measure: Measure, budget: Budget, measured: Measured): BudgetLine {
  const { title, unit, how } = WORDS[measure];
  const written = budget[measure];
  const limit = (typeof written === 'object' ? written[measured.accelerator] : written) ?? null;
  const number = measured.numbers[measure];
  if (number === undefined) return { measure, title, unit, measured: null, limit, outcome: 'unknown', detail: 'it could not be measured' };
  const isTime = measure === 'bootToLogin' || measure === 'bootToHealth';
  const value = isTime ? Math.round((number / measured.referenceSeconds) * 10) / 10 : number;
  const detail = isTime ? `${number.toFixed(1)} s; the reference guest took ${measured.referenceSeconds.toFixed(2)} s (${measured.accelerator})` : how;
  return { measure, title, unit, measured: value, limit, outcome: limit === null || value <= limit ? 'pass' : 'fail', detail };
}
