import { EXIT_STATUS } from '../errors.ts';
import { verifyTarget } from '../pipelines/verify-target.ts';
import { html } from '../reports/html.ts';
import { human } from '../reports/human.ts';
import { json } from '../reports/json.ts';
import { junit } from '../reports/junit.ts';
import { defineCommand, given } from './command.ts';
import { ACCEL, IMAGE, STORE, YES } from './shared-options.ts';

/** Looks at any disk as hard as a bake does, and never writes to it. */
export const verifyCommand = defineCommand({
  positionals: [{ name: 'REF|FILE', required: true, help: 'a release, or a disk file (qcow2, raw, img) together with --distro and --role' }],
  options: {
    distro: { kind: 'text', value: 'ID', help: 'what a FILE is meant to be' },
    image: IMAGE,
    role: { kind: 'text', value: 'ROLE', help: 'which role a FILE is meant to play' },
    only: { kind: 'text', value: 'GLOB', help: 'only checks whose id matches (several: with commas); such a report never publishes' },
    'json-file': { kind: 'text', value: 'FILE', help: 'write the report as JSON' },
    'junit-file': { kind: 'text', value: 'FILE', help: 'write the report as JUnit XML' },
    'html-file': { kind: 'text', value: 'FILE', help: 'write the report as one HTML page' },
    'keep-failed': { kind: 'flag', help: 'keep the disk overlay of a failed verification' },
    accel: ACCEL,
    yes: YES,
    store: STORE,
  },
  examples: ['npm run verify -- debian@latest', 'npm run verify -- disk.qcow2 --distro debian --role standalone --html-file report.html'],
  run: async ({ values, positionals: [target = ''], desk, places, ask, pathOf }) => {
    const { distro, image, role, only } = values;
    const report = await verifyTarget(desk, {
      ...given({ distro, image, role, only, ask }),
      ...places,
      target,
      targetPath: pathOf(target),
      accelerator: values.accel,
      keep: values['keep-failed'],
      yes: values.yes,
    });
    const files = [
      [values['json-file'], json],
      [values['junit-file'], junit],
      [values['html-file'], html],
    ] as const;
    for (const [path, render] of files) if (path !== undefined) await desk.host.files.writeText(pathOf(path), render(report));
    return { document: report, text: human(report), exitStatus: report.verdict === 'pass' ? 0 : EXIT_STATUS.VERIFICATION_FAILED };
  },
});
