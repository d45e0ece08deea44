import { expect, test } from 'vitest';
import { shownAddress } from '../../scripts/model/store-location.ts';

test.each([
  ['ftp://host/path', 'ftp://host/path'],
  ['s3://me:secret@bucket', 's3://…@bucket'],
  ['s3://me:se/cr@et@bucket/prefix', 's3://…@bucket/prefix'],
  ['s3://me:se\ncret@bucket', 's3://…@bucket'],
  [`s3://me:${'s'.repeat(200)}@bucket`, 's3://…@bucket'],
  [`s3://${'b'.repeat(200)}`, `s3://${'b'.repeat(155)}`],
])('%j is shown as %j', (written, shown) => {
  expect(shownAddress(written)).toBe(JSON.stringify(shown));
});
