import { listImages, repairStore } from '../pipelines/list-images.ts';
import { imageList } from '../reports/image-list.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Shows what is published, so that a reference can be copied from it. */
export const images = defineCommand({
  options: {
    repair: { kind: 'flag', help: 'rebuild a damaged index from the releases themselves, then list' },
    store: STORE,
  },
  run: async ({ values, desk, places: { storeLocation } }) => {
    const list = await (values.repair ? repairStore : listImages)(desk, { storeLocation });
    return { document: { kind: 'ImageList', schemaVersion: 1, ...list }, text: imageList(list) };
  },
});
