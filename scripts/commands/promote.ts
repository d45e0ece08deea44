import { promote } from '../pipelines/channels.ts';
import { movedChannel } from '../reports/moved-channel.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Makes a release what a channel means from now on. */
export const promoteCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: image@version, image@channel, image@sha256:… or a distro' }],
  options: {
    channel: { kind: 'text', value: 'NAME', help: 'the pointer to move', default: 'stable' },
    store: STORE,
  },
  examples: ['npm run promote -- debian@latest --channel stable'],
  run: async ({ values, positionals: [reference = ''], desk, places: { storeLocation } }) => {
    const moved = await promote(desk, { storeLocation, reference, channel: values.channel });
    return { document: { kind: 'MovedChannel', schemaVersion: 1, ...moved }, text: movedChannel(moved) };
  },
});
