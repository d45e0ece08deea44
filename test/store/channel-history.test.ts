import { appendFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { appendMove, readHistory, versionBefore, type ChannelMove } from '../../scripts/store/channel-history.ts';
import { directoryShelf } from '../../scripts/store/directory-shelf.ts';
import { fakeHost } from '../support/fake-host.ts';

const [A, B, C] = ['2026.11.20-1', '2026.11.21-1', '2026.11.22-1'] as const;
const move = (from: string | null, to: string, why: ChannelMove['why'] = 'publish'): ChannelMove => ({
  at: 'now',
  imageId: 'img',
  channel: 'latest',
  from,
  to,
  why,
});
const before = (moves: readonly ChannelMove[], current: string): string | undefined => versionBefore(moves, { imageId: 'img', channel: 'latest', current });

test('a line that a crash cut off is skipped, and the next move is not lost with it', async () => {
  const { dir, ...host } = fakeHost();
  const shelf = directoryShelf(host, dir);
  await appendMove(shelf, move(null, A));
  appendFileSync(join(dir, 'channels.jsonl'), '{"at":"now","imageId":"img","ch');
  await appendMove(shelf, move(A, B));
  expect((await readHistory(shelf)).map(({ to }) => to)).toEqual([A, B]);
});

test('lines with names that could lead elsewhere are not moves', async () => {
  const { dir, ...host } = fakeHost();
  const shelf = directoryShelf(host, dir);
  writeFileSync(
    join(dir, 'channels.jsonl'),
    [{ ...move(null, A), imageId: '../x' }, { ...move(null, A), channel: '__proto__' }, { ...move(null, A), to: '../x' }, { ...move('x', A) }]
      .map((line) => JSON.stringify(line))
      .join('\n'),
  );
  expect(await readHistory(shelf)).toEqual([]);
});

test('before is where the last step forward came from', () => {
  const moves = [move(null, A), move(A, B), move(B, C), move(C, B, 'rollback')];
  expect([before(moves, C), before(moves, B), before(moves, A), before(moves, '2026.01.01-1')]).toEqual([B, A, undefined, undefined]);
});
