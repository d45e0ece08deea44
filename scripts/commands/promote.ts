import { promote } from '../pipelines/channels.ts';
import { movedChannel } from '../reports/moved-channel.ts';
import { defineCommand, given } from './command.ts';
import { STORE } from './shared-options.ts';

/** Makes a release what a channel means from now on. */
export const promoteCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: image@version, image@channel, image@sha256:… or a distro' }],
  options: {
    channel: { kind: 'text', value: 'NAME', help: 'the pointer to move (default: the next after that of REF, of candidate, latest, stable)' },
    store: STORE,
  },
  examples: ['npm run promote -- debian@candidate', 'npm run promote -- debian@latest --channel stable'],
  run: async ({ values, positionals: [reference = ''], desk, places: { storeLocation } }) => {
    const moved = await promote(desk, { storeLocation, reference, ...given({ channel: values.channel }) });
    return { document: { kind: 'MovedChannel', schemaVersion: 1, ...moved }, text: movedChannel(moved) };
  },
});
