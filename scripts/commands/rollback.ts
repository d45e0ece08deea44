import { rollback } from '../pipelines/channels.ts';
import { movedChannel } from '../reports/moved-channel.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Takes the last move of a channel back. */
export const rollbackCommand = defineCommand({
  positionals: [{ name: 'IMAGE', required: true, help: 'the image, or a distro' }],
  options: {
    channel: { kind: 'text', value: 'NAME', help: 'the pointer to move back', default: 'latest' },
    store: STORE,
  },
  examples: ['npm run rollback -- debian --channel stable'],
  run: async ({ values, positionals: [image = ''], desk, places: { storeLocation } }) => {
    const moved = await rollback(desk, { storeLocation, image, channel: values.channel });
    return { document: { kind: 'MovedChannel', schemaVersion: 1, ...moved }, text: movedChannel(moved) };
  },
});
