import { findKit } from '../pipelines/find-kit.ts';
import { defineCommand } from './command.ts';

/** The way into what failed: the disk boots again on a throw-away copy, and the login is ours. */
export const debug = defineCommand({
  positionals: [{ name: 'RUN', required: false, help: 'a failed run, by the name of its folder below build/runs (default: the newest)' }],
  options: {},
  examples: ['npm run debug', 'npm run debug -- verify-20261129t080000-0badc0de'],
  run: async ({ positionals: [run], desk, places }) => {
    const kit = await findKit(desk, { buildDir: places.buildDir, run });
    const state = kit.overlayKept ? 'the disk as the run left it' : 'the disk as it was before the run; --keep-failed keeps what it wrote';
    return {
      document: { kind: 'FailureKit', schemaVersion: 1, ...kit },
      text: `${kit.run}: ${state}. What it said is in ${kit.kitDir}/README.md\n`,
      handOver: ['bash', kit.script],
    };
  },
});
