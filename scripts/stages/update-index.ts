import type { Release, StoreIndex } from '../model/release.ts';
import type { StoreWriter } from '../store/store.ts';
import type { Stage } from './stage.ts';

/** Makes a written release known: the last step, after which it is published. */
export const updateIndex: Stage<{ readonly store: StoreWriter; readonly release: Release }, StoreIndex> = {
  name: 'update-index',
  title: 'List the release',
  run: ({ store, release }) => store.listRelease(release),
};
