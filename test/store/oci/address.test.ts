import { expect, test } from 'vitest';
import { ociAddress, readOciAddress } from '../../../scripts/store/oci/address.ts';

test.each([
  ['oci://registry.test/images', 'registry.test', 'images'],
  ['oci://registry.test:5000/team/golden-images', 'registry.test:5000', 'team/golden-images'],
  ['oci://[::1]:5000/a/b', '[::1]:5000', 'a/b'],
])('%s names a repository', (location, authority, repository) => {
  expect(readOciAddress(location)).toEqual({ authority, repository });
  expect(ociAddress(location, '--push')).toEqual({ authority, repository });
});

test.each([
  '',
  'registry.test/images',
  's3://bucket',
  'oci://registry.test',
  'oci://registry.test/a:tag',
  'oci://registry.test/a@sha256:ab',
  'oci://registry.test/A',
  'oci://x/../y',
])('%j does not', (location) => {
  expect(readOciAddress(location)).toBeUndefined();
  expect(() => ociAddress(location, '--push')).toThrow(
    expect.objectContaining({ code: 'USAGE', fix: expect.stringContaining('--push oci://') as string }) as Error,
  );
});

test('a password in an address is refused, and not shown', () => {
  expect(() => ociAddress('oci://me:secret@registry.test/a', '--push')).toThrow(
    expect.objectContaining({
      what: expect.not.stringContaining('secret') as string,
      fix: expect.stringContaining('never from an address') as string,
    }) as Error,
  );
});
