import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { bucketLayers } from '../../scripts/store/layers/bucket-layers.ts';
import { layerShelfContract } from '../store/layers/layer-shelf-contract.ts';
import { fakeHost } from '../support/fake-host.ts';
import { startS3Server } from './support/s3-server.ts';

const server = await startS3Server();
afterAll(() => server.stop());

const hostOf = (env: Readonly<Record<string, string>>) => {
  const { dir } = fakeHost();
  return localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { ...env, INGOT_CONFIG_DIR: join(dir, 'config') } });
};

layerShelfContract('a bucket', async () => {
  const bucket = await server.newBucket();
  return bucketLayers(hostOf(server.env()), { bucket, base: 'layers/', location: `s3://${bucket}/layers` });
});

test('everything lies below the prefix, and no cache between keeps a record', async () => {
  const bucket = await server.newBucket();
  const shelf = bucketLayers(hostOf(server.env()), { bucket, base: 'a/b/', location: `s3://${bucket}/a/b` });
  await shelf.replaceText('k/layer.json', '{}', undefined);
  const found = await server.client.headObject({ Bucket: bucket, Key: 'a/b/k/layer.json' });
  expect(found).toMatchObject({ CacheControl: 'no-cache', ContentType: 'application/json' });
});

test('a bucket that is not there, and a server that is not there, are said as such', async () => {
  const nowhere = bucketLayers(hostOf(server.env()), { bucket: 'no-such-bucket', base: '', location: 's3://no-such-bucket' });
  await expect(nowhere.readText('k/layer.json')).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
  const down = bucketLayers(hostOf(server.env(9)), { bucket: 'bucket', base: '', location: 's3://bucket' });
  await expect(down.readText('k/layer.json')).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
});
