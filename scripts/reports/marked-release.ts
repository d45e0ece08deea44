import type { IndexEntry } from '../model/release.ts';

/** What is said of a release, in a few words; empty when nothing is. */
export function marksText({ yanked, deprecatedAfter }: Pick<IndexEntry, 'yanked' | 'deprecatedAfter'>): string {
  return [yanked === undefined ? '' : `taken back: ${yanked.reason}`, deprecatedAfter === undefined ? '' : `until ${deprecatedAfter}`]
    .filter((words) => words !== '')
    .join('; ');
}

/** What readers are told from now on, and what else there is to do about it. */
export function markedRelease({ entry, channels }: { readonly entry: IndexEntry; readonly channels: readonly string[] }): string {
  const said = `${entry.imageId}@${entry.version}: ${marksText(entry) || 'nothing is said of it any more'}\n`;
  if (entry.yanked === undefined) return said;
  return said + channels.map((channel) => `${channel} still points at it: npm run rollback -- ${entry.imageId} --channel ${channel}\n`).join('');
}
