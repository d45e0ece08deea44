import { BakeError } from '../errors.ts';
import type { IndexEntry } from '../model/release.ts';
import type { Desk } from '../stages/stage.ts';

/** Refuses what was taken back unless that is asked for, and says of what has an end when that is: before a release is used in any way. */
export function heedMarks({ host, say }: Desk, entry: IndexEntry, yankedToo = false): void {
  const name = `${entry.imageId}@${entry.version}`;
  if (entry.yanked !== undefined && !yankedToo)
    throw new BakeError('RELEASE_YANKED', {
      what: `${name} was taken back: ${entry.yanked.reason}`,
      fix: 'Use another release (`npm run images` lists them), or say --yanked when it has to be this one',
      details: [`taken back at ${entry.yanked.at}`],
    });
  if (entry.yanked !== undefined) say({ type: 'note', message: `${name} was taken back: ${entry.yanked.reason}` });
  const { deprecatedAfter } = entry;
  if (deprecatedAfter === undefined) return;
  const over = host.clock.now().toISOString().slice(0, 10) > deprecatedAfter;
  say({
    type: 'note',
    message: over ? `${name} is out of date since ${deprecatedAfter}: use a newer release` : `${name} is to be used until ${deprecatedAfter}`,
  });
}
