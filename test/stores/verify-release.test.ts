import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyRelease } from '../../scripts/pipelines/verify-release.ts';
import { IMAGE_ID } from '../store/fixtures.ts';
import { person, publishTo } from '../store/signed-release.ts';
import { fakeHost } from '../support/fake-host.ts';
import { startS3Server } from './support/s3-server.ts';

const { dir } = fakeHost();
const server = await startS3Server();
const bucket = await server.newBucket();
const storeLocation = `s3://${bucket}/images`;
afterAll(() => server.stop());

/** A reader on a machine that has never seen the store, with nothing but the public keys. */
function check(): ReturnType<typeof verifyRelease> {
  readers += 1;
  const reader = person(dir, `reader-${readers}`, { ...server.env(), INGOT_TRUST: join(dir, 'signers') });
  return verifyRelease(reader, { storeLocation, reference: IMAGE_ID });
}
let readers = 0;

async function objectsBelow(prefix: string): Promise<readonly string[]> {
  const { Contents = [] } = await server.client.listObjectsV2({ Bucket: bucket, Prefix: `images/${prefix}` });
  return Contents.map(({ Key = '' }) => Key.slice('images/'.length));
}

async function bytesOf(name: string): Promise<Uint8Array> {
  const { Body } = await server.client.getObject({ Bucket: bucket, Key: `images/${name}` });
  return (await Body?.transformToByteArray()) ?? new Uint8Array();
}

/** Who changes an object: somebody who may write to the bucket, or the disk below a server that knows nothing of it. */
const WRITERS: Readonly<Record<string, (name: string, bytes: Uint8Array) => unknown>> = {
  'a stranger’s': (name, Body) => server.client.putObject({ Bucket: bucket, Key: `images/${name}`, Body }),
  'a rotten': (name, bytes) => writeFileSync(join(server.dir, 'data', bucket, 'images', name), bytes, { flag: 'r+' }),
};

let version: string;
beforeAll(async () => {
  ({ version } = await publishTo(person(dir, 'owner', server.env()), { dir, storeLocation, content: 'a disk in a bucket' }));
  writeFileSync(join(dir, 'signers'), await bytesOf('allowed-signers'));
});

test('with nothing but the public key, every link of a release in a bucket holds', async () => {
  expect(await check()).toMatchObject({ verdict: 'pass', release: `${IMAGE_ID}@${version}` });
});

test.each(Object.entries(WRITERS))('%s byte in any object that is signed for is noticed, and the object is named', async (_who, write) => {
  const names = [...(await objectsBelow(`${IMAGE_ID}/${version}/`)), 'index.json', 'allowed-signers'];
  expect(names.length).toBeGreaterThan(8);
  for (const name of names) {
    const bytes = await bytesOf(name);
    const at = Math.floor(bytes.length / 2);
    await write(
      name,
      bytes.map((byte, place) => (place === at ? byte ^ 1 : byte)),
    );
    const { verdict, links } = await check();
    await write(name, bytes);
    expect(verdict, name).toBe('fail');
    const broken = links.filter(({ outcome }) => outcome === 'fail').map(({ link }) => link);
    expect(broken).toContainEqual(expect.stringContaining(name.split('/').at(-1) ?? name));
  }
  expect(await check()).toMatchObject({ verdict: 'pass' });
});
