import { diffStored } from '../pipelines/diff-releases.ts';
import { changes } from '../reports/changes.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** What an upgrade from one release to another would bring. */
export const diffCommand = defineCommand({
  positionals: [
    { name: 'FROM', required: true, help: 'the older release: a distro, image@channel, image@version or image@sha256:…' },
    { name: 'TO', required: true, help: 'the newer one' },
  ],
  options: { store: STORE },
  examples: ['npm run diff -- debian@stable debian@latest'],
  run: async ({ positionals: [from = '', to = ''], desk, places: { storeLocation } }) => {
    const document = await diffStored(desk, { storeLocation, from, to });
    return { document, text: changes(document) };
  },
});
