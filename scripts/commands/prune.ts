import { prune } from '../pipelines/prune.ts';
import { pruned } from '../reports/pruned.ts';
import { defineCommand } from './command.ts';
import { KEEP_OPTIONS, keepRuleOf } from './keep-options.ts';
import { STORE } from './shared-options.ts';

/** Gives space back without taking anything that someone uses. */
export const pruneCommand = defineCommand({
  options: {
    ...KEEP_OPTIONS,
    yes: { kind: 'flag', help: 'do it; without, it only says what would go' },
    store: STORE,
  },
  run: async ({ values, desk, places: { storeLocation, buildDir } }) => {
    const result = await prune(desk, { storeLocation, buildDir, ...keepRuleOf(values), apply: values.yes });
    return { document: { kind: 'PruneResult', schemaVersion: 1, ...result }, text: pruned(result) };
  },
});
