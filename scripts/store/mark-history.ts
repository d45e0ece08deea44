import { IMAGE_ID_PATTERN, VERSION_PATTERN } from '../model/release-name.ts';
import { areMarks, changeMarks, type MarksChange } from '../model/release-marks.ts';
import type { StoreIndex } from '../model/release.ts';
import { withMarks } from './index-changes.ts';
import type { Shelf } from './shelf.ts';
import type { ReleaseName } from './store.ts';

/** One change of what is said of a release: what a lost index is rebuilt from. */
export interface MarkEvent extends ReleaseName {
  readonly at: string;
  readonly marks: MarksChange;
}

/** All changes of marks of a store, oldest first; any other line is none. */
export async function readMarkEvents(shelf: Pick<Shelf, 'readHistory'>): Promise<readonly MarkEvent[]> {
  return (await shelf.readHistory()).map(parseEvent).filter((event) => event !== undefined);
}

/** Written before the index changes, as every move of a channel is. */
export async function appendMarkEvent(shelf: Pick<Shelf, 'appendHistory'>, event: MarkEvent): Promise<void> {
  await shelf.appendHistory(JSON.stringify(event));
}

/** Says of the releases of an index all that was ever said of them. */
export function withAllMarks(index: StoreIndex, events: readonly MarkEvent[]): StoreIndex {
  return events.reduce((next, event) => withMarks(next, event, event.marks), index);
}

function parseEvent(line: string): MarkEvent | undefined {
  try {
    const event = JSON.parse(line) as MarkEvent;
    const named = IMAGE_ID_PATTERN.test(event.imageId) && VERSION_PATTERN.test(event.version);
    return named && typeof event.marks === 'object' && areMarks(changeMarks({}, event.marks)) ? event : undefined;
  } catch {
    return undefined;
  }
}
