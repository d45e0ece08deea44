import { BakeError } from '../errors.ts';
import { yank } from '../pipelines/mark-release.ts';
import { markedRelease } from '../reports/marked-release.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Takes a release back without taking it away: whoever has it can still find out what is wrong with it. */
export const yankCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: image@version, image@channel, image@sha256:… or a distro' }],
  options: {
    reason: { kind: 'text', value: 'TEXT', help: 'why, in one line that every reader is told' },
    undo: { kind: 'flag', help: 'give it back' },
    store: STORE,
  },
  examples: ['npm run yank -- debian@2026.11.22-1 --reason "its certificate has expired"'],
  run: async ({ values, positionals: [reference = ''], desk, places: { storeLocation } }) => {
    if ((values.reason === undefined) !== values.undo)
      throw new BakeError('USAGE', { what: 'A release is taken back with a reason, and given back without', fix: 'Give either --reason TEXT or --undo' });
    const marked = await yank(desk, { storeLocation, reference, reason: values.reason ?? null });
    return { document: { kind: 'MarkedRelease', schemaVersion: 1, ...marked }, text: markedRelease(marked) };
  },
});
