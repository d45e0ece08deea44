import { expect, test } from 'vitest';
import { s3Address } from '../../../scripts/store/s3/s3-address.ts';

test.each([
  ['s3://bucket', { bucket: 'bucket', base: '', location: 's3://bucket' }],
  ['s3://bucket/', { bucket: 'bucket', base: '', location: 's3://bucket' }],
  ['s3://my.bucket-1/images/v2', { bucket: 'my.bucket-1', base: 'images/v2/', location: 's3://my.bucket-1/images/v2' }],
])('%s', (written, address) => {
  expect(s3Address(written)).toEqual(address);
});

test.each([
  's3://',
  's3://user:secret@bucket',
  's3://bucket/a//b',
  's3://bucket/a b',
  's3://Bucket',
  'S3://bucket',
  '/folder',
  'oci://host/a',
  's3://bucket?x=1',
])('%s is no address of a bucket', (written) => {
  expect(s3Address(written)).toBeUndefined();
});
