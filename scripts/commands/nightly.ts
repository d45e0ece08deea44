import { nightly } from '../pipelines/nightly.ts';
import { nightlyPage } from '../reports/nightly-page.ts';
import { defineCommand } from './command.ts';
import { ACCEL, CACHE, CANDIDATE, STORE, YES } from './shared-options.ts';

/** The run of every night: bakes what changed, and says in the morning what it did. */
export const nightlyCommand = defineCommand({
  options: {
    distro: { kind: 'list', value: 'ID', help: 'only these distros (default: all that are ready)' },
    role: { kind: 'list', value: 'ROLE', help: 'only these roles (default: all)' },
    driver: { kind: 'choice', choices: ['auto', 'native', 'vm'], default: 'auto', help: 'native: chroot (root); vm: Packer and QEMU' },
    accel: ACCEL,
    keep: { kind: 'text', value: 'N', help: 'newest releases of each image that stay', default: '3' },
    'keep-days': { kind: 'text', value: 'D', help: 'releases younger than this stay', default: '7' },
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
    const document = await nightly(desk, {
      distros: values.distro,
      roles: values.role,
      keepNewest: Number(values.keep),
      keepDays: Number(values['keep-days']),
      bake,
    });
    const text = nightlyPage(document);
    if (values.summary !== undefined) await desk.host.files.writeText(pathOf(values.summary), text);
    return { document, text, exitStatus: document.results.some(({ status }) => status === 'failed') ? 4 : 0 };
  },
});
