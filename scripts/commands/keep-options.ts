import { BakeError } from '../errors.ts';
import type { KeepRule } from '../plan/prune-plan.ts';
import type { Values } from './command.ts';

/** What stays when old releases are dropped: the same words for everyone who drops them. */
export const KEEP_OPTIONS = {
  keep: { kind: 'text', value: 'N', help: 'newest releases of each image that stay, at least 1', default: '3' },
  'keep-days': { kind: 'text', value: 'DAYS', help: 'releases younger than this stay, and disks fetched from elsewhere that were used since', default: '7' },
} as const;

/** Reads the options, so that a number that makes no sense is refused before anything is done. */
export function keepRuleOf(values: Values<typeof KEEP_OPTIONS>): KeepRule {
  return { keepNewest: numberOf('--keep', values.keep, 1), keepDays: numberOf('--keep-days', values['keep-days'], 0) };
}

function numberOf(option: string, written: string, least: number): number {
  if (/^\d{1,6}$/.test(written) && Number(written) >= least) return Number(written);
  throw new BakeError('USAGE', { what: `${option} ${written} is not a whole number of ${least} or more`, fix: `Give a number, such as ${option} 3` });
}
