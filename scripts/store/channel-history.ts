import { CHANNEL_PATTERN, IMAGE_ID_PATTERN, VERSION_PATTERN } from '../model/release-name.ts';
import type { Shelf } from './shelf.ts';

/** One move of a pointer: what a rollback goes back along, and what a lost index is rebuilt from. */
export interface ChannelMove {
  readonly at: string;
  readonly imageId: string;
  readonly channel: string;
  readonly from: string | null;
  readonly to: string;
  readonly why: 'publish' | 'promote' | 'rollback' | 'repair';
}

/** All moves of a store, oldest first; a line that was cut off by a crash is not a move. */
export async function readHistory(shelf: Pick<Shelf, 'readHistory'>): Promise<readonly ChannelMove[]> {
  return (await shelf.readHistory()).map(parseMove).filter((move) => move !== undefined);
}

/** Writes a move down before the index changes: a move too many is harmless, a missing one is not. */
export async function appendMove(shelf: Pick<Shelf, 'appendHistory'>, move: ChannelMove): Promise<void> {
  await shelf.appendHistory(JSON.stringify(move));
}

/** Where a channel pointed before it came to `current` by a step forward: rolling back twice goes back twice. */
export function versionBefore(
  moves: readonly ChannelMove[],
  { imageId, channel, current }: { readonly imageId: string; readonly channel: string; readonly current: string },
): string | undefined {
  const step = moves.findLast(
    (move) => move.imageId === imageId && move.channel === channel && move.to === current && move.from !== current && move.why !== 'rollback',
  );
  return step?.from ?? undefined;
}

/** The version that a line of a history moved an image's channel to: a number that is taken for ever. */
export function parseMoveTarget(line: string, imageId: string): string | undefined {
  const move = parseMove(line);
  return move?.imageId === imageId ? move.to : undefined;
}

function parseMove(line: string): ChannelMove | undefined {
  try {
    const move = JSON.parse(line) as ChannelMove;
    const named = IMAGE_ID_PATTERN.test(move.imageId) && CHANNEL_PATTERN.test(move.channel) && VERSION_PATTERN.test(move.to);
    return named && (move.from === null || VERSION_PATTERN.test(move.from)) ? move : undefined;
  } catch {
    return undefined;
  }
}
