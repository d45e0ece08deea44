import { EXIT_STATUS } from '../errors.ts';
import { rebuild } from '../pipelines/rebuild.ts';
import { rebuildText } from '../reports/rebuild.ts';
import { defineCommand, given } from './command.ts';
import { CACHE, STORE, YES } from './shared-options.ts';

/** Whether a release can be made again from what it says it was made from. */
export const rebuildCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: a distro, image@channel, image@version or image@sha256:…' }],
  options: {
    base: { kind: 'text', value: 'FILE', help: 'the base, for a release that was made from a file' },
    anyway: { kind: 'flag', help: 'also when something that it was made from is another now; the report names it' },
    yes: YES,
    store: STORE,
    cache: CACHE,
  },
  examples: ['npm run rebuild -- debian@stable'],
  run: async ({ values, positionals: [reference = ''], desk, places, ask, pathOf }) => {
    const base = values.base === undefined ? undefined : pathOf(values.base);
    const report = await rebuild(desk, { ...given({ base, ask }), ...places, reference, anyway: values.anyway, yes: values.yes });
    return { document: report, text: rebuildText(report), exitStatus: report.verdict === 'different' ? EXIT_STATUS.VERIFICATION_FAILED : 0 };
  },
});
