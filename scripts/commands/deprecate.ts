import { BakeError } from '../errors.ts';
import { deprecate } from '../pipelines/mark-release.ts';
import { markedRelease } from '../reports/marked-release.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Tells readers in time that a release has an end. */
export const deprecateCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: image@version, image@channel, image@sha256:… or a distro' }],
  options: {
    after: { kind: 'text', value: 'DATE', help: 'the last day on which it is to be used, such as 2027-06-30' },
    undo: { kind: 'flag', help: 'take that back' },
    store: STORE,
  },
  examples: ['npm run deprecate -- debian@2026.11.22-1 --after 2027-06-30'],
  run: async ({ values, positionals: [reference = ''], desk, places: { storeLocation } }) => {
    if ((values.after === undefined) !== values.undo)
      throw new BakeError('USAGE', { what: 'A release has a last day, or none', fix: 'Give either --after DATE or --undo' });
    const marked = await deprecate(desk, { storeLocation, reference, after: values.after ?? null });
    return { document: { kind: 'MarkedRelease', schemaVersion: 1, ...marked }, text: markedRelease(marked) };
  },
});
