import { EXIT_STATUS } from '../errors.ts';
import type { NightlySummary } from '../model/nightly-summary.ts';
import { nightly } from '../pipelines/nightly.ts';
import { nightlyPage } from '../reports/nightly-page.ts';
import { defineCommand } from './command.ts';
import { KEEP_OPTIONS, keepRuleOf } from './keep-options.ts';
import { ACCEL, CACHE, CANDIDATE, STORE, YES } from './shared-options.ts';

/** The run of every night: bakes what changed, and says in the morning what it did. */
export const nightlyCommand = defineCommand({
  options: {
    distro: { kind: 'list', value: 'ID', help: 'only these distros (default: all that are ready)' },
    role: { kind: 'list', value: 'ROLE', help: 'only these roles (default: all)' },
    driver: { kind: 'choice', choices: ['auto', 'native', 'vm'], default: 'auto', help: 'native: chroot (root); vm: Packer and QEMU' },
    accel: ACCEL,
    ...KEEP_OPTIONS,
    summary: { kind: 'text', value: 'FILE', help: 'also write the summary, as Markdown, to this file' },
    candidate: CANDIDATE,
    yes: YES,
    store: STORE,
    cache: CACHE,
  },
  examples: ['npm run nightly -- --yes --summary build/nightly.md'],
  run: async ({ values, desk, places, pathOf }) => {
    const bake = {
      driver: values.driver,
      accel: values.accel,
      yes: values.yes,
      ...places,
      fresh: false,
      explain: false,
      dryRun: false,
      keepFailed: false,
      publish: true,
      ...(values.candidate ? { candidate: true } : {}),
    } as const;
    const document = await nightly(desk, { distros: values.distro, roles: values.role, ...keepRuleOf(values), bake });
    const text = nightlyPage(document);
    if (values.summary !== undefined) await desk.host.files.writeText(pathOf(values.summary), text);
    return { document, text, exitStatus: statusOf(document) };
  },
});

function statusOf({ results, pruneFailure }: NightlySummary): number {
  if (results.some(({ status }) => status === 'failed')) return EXIT_STATUS.BAKE_FAILED;
  return pruneFailure?.exitStatus ?? 0;
}
