import { randomInt } from 'node:crypto';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { StoreIndex } from '../model/release.ts';
import { EMPTY_INDEX, formatIndex, parseIndex } from './index-text.ts';
import type { IndexText } from './shelf.ts';
import type { TrustedShelf } from './trust/trusted-shelf.ts';

/** The command that every message about a broken store names. */
export const REPAIR_COMMAND = 'npm run repair';
/** Of many publishers at once one gets through at each try: enough for far more of them than a store ever has. */
const MOST_TRIES = 200;
const LONGEST_PAUSE_MS = 250;

export interface ReadIndex {
  readonly index: StoreIndex;
  readonly read: IndexText | undefined;
}

/** Reads a store's index: a missing one is an empty store, anything else that cannot be trusted is refused. */
export async function readIndex(shelf: Pick<TrustedShelf, 'readIndexText' | 'seenGeneration' | 'location'>): Promise<ReadIndex> {
  const read = await shelf.readIndexText();
  // A store that begins anew goes on counting, or its readers would take it for an older one.
  if (read === undefined) return { index: { ...EMPTY_INDEX, generation: await shelf.seenGeneration() }, read };
  const result = parseIndex(read.text);
  if ('index' in result) return { index: result.index, read };
  throw storeCorrupt(`The index of the store cannot be trusted: ${result.reason}`, [`store: ${shelf.location}`]);
}

/** Always the last step of a change. False when somebody else has changed the index since it was read. */
export function writeIndex(shelf: Pick<TrustedShelf, 'replaceIndexText'>, index: StoreIndex, read: IndexText | undefined): Promise<boolean> {
  return shelf.replaceIndexText(formatIndex(index), read);
}

export interface ChangingPlace {
  readonly host: Host;
  readonly shelf: TrustedShelf;
  /** What is changed where there is no index (any more). */
  readonly remade: () => Promise<StoreIndex>;
}

/** Changes the index by a function that is asked again whenever another publisher was faster: no change is ever lost. */
export async function changeIndex(
  { host, shelf, remade }: ChangingPlace,
  change: (index: StoreIndex) => Promise<StoreIndex> | StoreIndex,
): Promise<StoreIndex> {
  for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
    const found = await readIndex(shelf);
    const { read } = found;
    const index = read === undefined ? await remade() : found.index;
    const changed = await change(index);
    const next = { ...changed, generation: index.generation + 1 };
    if (await writeIndex(shelf, next, read)) return next;
    await host.clock.sleep(randomInt(Math.min(LONGEST_PAUSE_MS, tries * 10)));
  }
  throw new BakeError('BUSY', {
    what: `Others keep changing the index of ${shelf.location}: ${MOST_TRIES} tries came too late`,
    fix: 'Run the same command again when fewer publishers are at work',
  });
}

/** The error for a store whose parts contradict each other. */
export function storeCorrupt(what: string, details: readonly string[] = []): BakeError {
  return new BakeError('STORE_CORRUPT', { what, fix: `Rebuild the index from the releases: \`${REPAIR_COMMAND}\``, details });
}
