import { EXIT_STATUS, type ErrorCode } from '../errors.ts';
import { lock } from '../pipelines/lock.ts';
import { lockList } from '../reports/lock-list.ts';
import { defineCommand } from './command.ts';
import { CACHE } from './shared-options.ts';

/** The one way in which a digest of a vendor's image gets into the configuration. */
export const lockCommand = defineCommand({
  options: {
    distro: { kind: 'list', value: 'ID', help: 'only these distros (default: all that have an image of their vendor)' },
    'dry-run': { kind: 'flag', help: 'show what would change, and write nothing' },
    cache: CACHE,
  },
  examples: ['npm run lock -- --distro debian', 'npm run lock -- --dry-run'],
  run: async ({ values, desk, places }) => {
    const document = await lock(desk, { distros: values.distro, dryRun: values['dry-run'], cacheDir: places.cacheDir });
    const failed = document.results.flatMap((result) => (result.status === 'failed' ? [result.code] : []));
    const [first] = failed;
    return { document, text: lockList(document), exitStatus: first === undefined ? 0 : EXIT_STATUS[first as ErrorCode] };
  },
});
