import { EXIT_STATUS } from '../errors.ts';
import { gradeTarget } from '../pipelines/grade-target.ts';
import { gradeTable } from '../reports/grades.ts';
import { gradePage } from '../reports/html.ts';
import { json } from '../reports/json.ts';
import { defineCommand, given } from './command.ts';
import { ACCEL, CACHE, IMAGE, STORE, YES } from './shared-options.ts';

/** Asks outsiders what they think of an image, and fails when it got worse. */
export const gradeCommand = defineCommand({
  positionals: [{ name: 'REF|FILE', required: true, help: 'a release, or a disk file (qcow2, raw, img) together with --distro and --role' }],
  options: {
    distro: { kind: 'text', value: 'ID', help: 'what a FILE is meant to be' },
    image: IMAGE,
    role: { kind: 'text', value: 'ROLE', help: 'which role a FILE is meant to play' },
    only: { kind: 'text', value: 'GLOB', help: 'only grades whose id matches (config/grades.yaml)' },
    offline: { kind: 'flag', help: 'only graders that read the disk: nothing is booted' },
    stock: { kind: 'flag', help: 'grade the base that the image was baked from beside it' },
    fresh: { kind: 'flag', help: 'look for newer graders, also when the cache has some of this week' },
    'json-file': { kind: 'text', value: 'FILE', help: 'write the grades as JSON' },
    'html-file': { kind: 'text', value: 'FILE', help: 'write the grades as one HTML page' },
    accel: ACCEL,
    yes: YES,
    store: STORE,
    cache: CACHE,
  },
  examples: ['npm run grade -- debian --stock', 'npm run grade -- disk.qcow2 --distro debian --role standalone --offline'],
  run: async ({ values, positionals: [target = ''], desk, places, ask, pathOf }) => {
    const { distro, image, role, only, offline, stock, fresh, yes } = values;
    const report = await gradeTarget(desk, {
      ...given({ distro, image, role, only, ask }),
      ...places,
      ...{ target, targetPath: pathOf(target), accelerator: values.accel, offline, stock, fresh, yes },
    });
    const files = [
      [values['json-file'], json],
      [values['html-file'], gradePage],
    ] as const;
    for (const [path, render] of files) if (path !== undefined) await desk.host.files.writeText(pathOf(path), render(report));
    return { document: report, text: gradeTable(report), exitStatus: report.verdict === 'pass' ? 0 : EXIT_STATUS.VERIFICATION_FAILED };
  },
});
