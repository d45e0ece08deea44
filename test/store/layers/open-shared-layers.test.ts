import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { LayerCachePlace } from '../../../scripts/model/layer-record.ts';
import { openSharedLayers } from '../../../scripts/store/layers/open-shared-layers.ts';
import type { SharedLayers } from '../../../scripts/store/layers/shared-layers.ts';
import { fakeHost } from '../../support/fake-host.ts';

function opened(place: LayerCachePlace | undefined): Promise<SharedLayers | undefined> {
  const { dir } = fakeHost();
  writeFileSync(join(dir, 'key'), 'private');
  writeFileSync(join(dir, 'key.pub'), 'ssh-ed25519 AAAA me\n');
  return openSharedLayers(fakeHost([], { env: { INGOT_SIGNING_KEY: join(dir, 'key') } }), { place, say: () => undefined });
}

test('nothing is shared where no place was named', async () => {
  expect(await opened(undefined)).toBeUndefined();
});

test.each(['/mnt/layers', 's3://bucket', 's3://bucket/some/prefix'])('%s is one, and is not asked anything yet', async (location) => {
  expect(await opened({ location, write: false })).not.toHaveProperty('share');
  expect(await opened({ location, write: true })).toMatchObject({ location, share: expect.any(Function) as unknown });
});

test.each(['oci://host/repository', 'https://host/path', 's3://', 's3://user:secret@bucket'])('%s is refused before anything is baked', async (location) => {
  await expect(opened({ location, write: false })).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('INGOT_LAYER_CACHE') as string });
});

test('a password in an address that is no place is not shown', async () => {
  await expect(opened({ location: 'S3://me:hunter2@bucket', write: false })).rejects.toMatchObject({
    what: 'INGOT_LAYER_CACHE names "S3://…@bucket", where no layers can be shared',
  });
});
