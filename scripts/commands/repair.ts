import { repairStore } from '../pipelines/list-images.ts';
import { imageList } from '../reports/image-list.ts';
import { defineCommand } from './command.ts';
import { STORE } from './shared-options.ts';

/** Brings back a list that was damaged or lost: releases say themselves what they are. */
export const repair = defineCommand({
  options: { store: STORE },
  run: async ({ desk, places: { storeLocation } }) => {
    const list = await repairStore(desk, { storeLocation });
    return { document: { kind: 'ImageList', schemaVersion: 1, ...list }, text: imageList(list) };
  },
});
