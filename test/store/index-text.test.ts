import { describe, expect, test } from 'vitest';
import type { StoreIndex } from '../../scripts/model/release.ts';
import { EMPTY_INDEX, formatIndex, parseIndex } from '../../scripts/store/index-text.ts';

const ENTRY = {
  imageId: 'img-a',
  version: '2026.11.22-1',
  sha256: 'ab'.repeat(32),
  sizeBytes: 5,
  key: 'k',
  checksPassed: 60,
  publishedAt: '2026-11-22T00:00:00.000Z',
};
const INDEX: StoreIndex = {
  kind: 'StoreIndex',
  schemaVersion: 1,
  generation: 3,
  releases: [ENTRY, { ...ENTRY, version: '2026.11.22-10' }, { ...ENTRY, version: '2026.11.22-9' }],
  channels: { 'img-a': { latest: '2026.11.22-10', stable: '2026.11.22-1' } },
};
const TEXT = formatIndex(INDEX);

/** Seals a document that says something wrong with a right digest, so that only what it says is judged. */
function sealed(change: object): string {
  return formatIndex({ ...INDEX, ...change });
}

describe('parseIndex', () => {
  test('reads what formatIndex writes, releases in order of their versions', () => {
    const result = parseIndex(TEXT);
    expect('index' in result && result.index.releases.map(({ version }) => version)).toEqual(['2026.11.22-1', '2026.11.22-9', '2026.11.22-10']);
    expect(parseIndex(formatIndex(EMPTY_INDEX))).toEqual({ index: EMPTY_INDEX });
  });

  test('refuses every prefix', () => {
    for (let length = 0; length < TEXT.length; length += 1) expect(parseIndex(TEXT.slice(0, length))).toHaveProperty('reason');
  });

  test('a changed byte is refused, or changes nothing', () => {
    const bytes = Buffer.from(TEXT);
    const changed: string[] = [];
    const good = JSON.stringify(parseIndex(TEXT));
    for (let at = 0; at < bytes.length; at += 1) {
      for (const bit of [1, 4, 32, 128]) {
        const flipped = Buffer.from(bytes);
        flipped[at] = (flipped[at] ?? 0) ^ bit;
        const result = parseIndex(flipped.toString('utf8'));
        if ('index' in result && JSON.stringify(result) !== good) changed.push(`byte ${at}, bit ${bit}`);
      }
    }
    expect(changed).toEqual([]);
  });

  test.each<readonly [string, string, RegExp]>([
    ['nothing', '', /empty/],
    ['another document', '{"kind":"Release"}\n', /not the index/],
    ['a list', '[]\n', /not the index/],
    ['null', 'null\n', /not the index/],
    ['a later schema', sealed({ schemaVersion: 2 }), /schema version is 2/],
    ['a schema of another type', sealed({ schemaVersion: '1' }), /schema version is "1"/],
    ['a negative generation', sealed({ generation: -1 }), /generation/],
    ['an entry that is null', TEXT.replace('"releases": [', '"releases": [null,'), /release number 1/],
    ['releases that are a table', TEXT.replace(/"releases": \[[^\]]*\]/, '"releases": {}'), /not a list/],
    ['an entry with a path for a version', sealed({ releases: [{ ...ENTRY, version: '../../x' }], channels: {} }), /release number 1/],
    ['an entry with a path for an image', sealed({ releases: [{ ...ENTRY, imageId: '../x' }], channels: {} }), /release number 1/],
    ['an entry without a digest', sealed({ releases: [{ ...ENTRY, sha256: undefined }], channels: {} }), /release number 1/],
    ['a release twice', sealed({ releases: [ENTRY, ENTRY], channels: {} }), /twice/],
    ['a channel that points nowhere', sealed({ channels: { 'img-a': { latest: '2026.11.23-1' } } }), /points at a release/],
    ['a channel with a bad name', sealed({ channels: { 'img-a': { '../x': '2026.11.22-1' } } }), /channel/],
    ['channels that are a list', sealed({ channels: [] }), /channels/],
    ['content that was edited by hand', TEXT.replace('"stable": "2026.11.22-1"', '"stable": "2026.11.22-9"'), /digest/],
  ])('refuses %s', (_, text, reason) => {
    expect(parseIndex(text)).toEqual({ reason: expect.stringMatching(reason) });
  });
});
