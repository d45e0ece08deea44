import type { Stage } from './stage.ts';

/** The digest of a file that nothing may have changed: taken again after everything that could have. */
export const digestDisk: Stage<{ readonly path: string }, string> = {
  name: 'digest-disk',
  title: 'Hash the disk again',
  run: ({ path }, { host }) => host.files.digest(path),
};
