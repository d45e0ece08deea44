import { listHistory, listImages } from '../pipelines/list-images.ts';
import { imageHistory } from '../reports/image-history.ts';
import { imageList } from '../reports/image-list.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Shows what is published, so that a reference can be copied from it. */
export const images = defineCommand({
  options: {
    history: { kind: 'flag', help: 'what was done to channels and releases, and when, instead' },
    store: STORE,
  },
  run: async ({ values, desk, places: { storeLocation } }) => {
    if (values.history) {
      const changes = await listHistory(desk, { storeLocation });
      return { document: { kind: 'StoreHistory', schemaVersion: 1, changes }, text: imageHistory(changes) };
    }
    const list = await listImages(desk, { storeLocation });
    return { document: { kind: 'ImageList', schemaVersion: 1, ...list }, text: imageList(list) };
  },
});
