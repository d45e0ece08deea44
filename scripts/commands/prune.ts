import { BakeError } from '../errors.ts';
import { prune } from '../pipelines/prune.ts';
import { pruned } from '../reports/pruned.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Gives space back without taking anything that someone uses. */
export const pruneCommand = defineCommand({
  options: {
    keep: { kind: 'text', value: 'N', help: 'newest releases of each image that stay', default: '3' },
    'keep-days': { kind: 'text', value: 'DAYS', help: 'releases younger than this stay, and disks fetched from elsewhere that were used since', default: '7' },
    yes: { kind: 'flag', help: 'do it; without, it only says what would go' },
    store: STORE,
  },
  run: async ({ values, desk, places: { storeLocation, buildDir } }) => {
    const result = await prune(desk, {
      storeLocation,
      buildDir,
      keepNewest: numberOf('--keep', values.keep),
      keepDays: numberOf('--keep-days', values['keep-days']),
      apply: values.yes,
    });
    return { document: { kind: 'PruneResult', schemaVersion: 1, ...result }, text: pruned(result) };
  },
});

function numberOf(option: string, written: string): number {
  if (/^\d{1,6}$/.test(written)) return Number(written);
  throw new BakeError('USAGE', { what: `${option} ${written} is not a whole number`, fix: `Give a number, such as ${option} 3` });
}
