import { expect, test } from 'vitest';
import { channelTag, claimTag, containerDiskTag, fitsTags, HISTORY_TAG, listedTag, readTag, removedTag, wholeTag } from '../../../scripts/store/oci/tags.ts';

const NAME = { imageId: 'house-small-os-1.2', version: '2026.11.22-10' };

test('every tag that is written is read as what it was written for', () => {
  expect(readTag(listedTag(NAME))).toEqual({ kind: 'listed', name: NAME });
  expect(readTag(wholeTag(NAME))).toEqual({ kind: 'whole', name: NAME });
  expect(readTag(removedTag(NAME))).toEqual({ kind: 'removed', name: NAME });
  expect(readTag(claimTag(NAME, 'abc'))).toEqual({ kind: 'claim', name: NAME });
  expect(readTag(channelTag(NAME.imageId, 'latest'))).toEqual({ kind: 'channel', imageId: NAME.imageId, channel: 'latest' });
  expect(readTag(`${HISTORY_TAG}20261122T000000000Z-abc`)).toEqual({ kind: 'history' });
});

test.each(['latest', 'v1.0', 'a_b_c_d', 'a_2026.11.22-1_', 'a_2026.11.22-1_listed', 'a_latest_whole', 'A_latest', '_latest', '', 'a_', 'a_2026.11.22-01'])(
  'the foreign tag %j means nothing',
  (tag) => {
    expect(readTag(tag)).toBeUndefined();
  },
);

test('the tag of a containerDisk means nothing to a store', () => {
  expect(containerDiskTag(NAME)).toBe('house-small-os-1.2_2026.11.22-10-containerdisk');
  expect(readTag(containerDiskTag(NAME))).toBeUndefined();
});

test('an image whose tags would be too long is known before anything is written', () => {
  expect(fitsTags(NAME)).toBe(true);
  expect(fitsTags({ ...NAME, imageId: 'a'.repeat(110) })).toBe(false);
});
