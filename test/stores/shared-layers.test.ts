import { execFileSync, spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import type { LayerRecord } from '../../scripts/model/layer-record.ts';
import { embedSignature, splitSignature } from '../../scripts/plan/embedded-signature.ts';
import { layerRecordText } from '../../scripts/plan/layer-record.ts';
import type { BakedStack } from '../../scripts/stages/bake-stack.ts';
import { makeSshKey } from '../../scripts/tools/ssh.ts';
import { publicKeyOf, signWithSsh } from '../../scripts/tools/ssh-keygen.ts';
import { fakeHost } from '../support/fake-host.ts';
import { needTool } from '../support/need-tool.ts';
import { bakingMachine, type BakingMachine } from './support/baking-machine.ts';
import { startProxy } from './support/proxy.ts';
import { startS3Server } from './support/s3-server.ts';

for (const tool of ['qemu-img', 'qemu-io']) needTool(tool);
const s3 = await startS3Server();
const proxy = await startProxy(s3.port);
afterAll(async () => {
  await proxy.close();
  await s3.stop();
});

const { dir: keys } = fakeHost();
const scribe = localHost({ interrupted: new AbortController().signal, projectDir: keys, env: {} });
const [key, other, signers] = [join(keys, 'key'), join(keys, 'other'), join(keys, 'signers')];
beforeAll(async () => {
  for (const path of [key, other]) await makeSshKey(scribe, path);
  writeFileSync(signers, `ops ${await publicKeyOf(scribe, key)}\n`);
});

const EVERYTHING = ['language-packages', 'base', 'packages', 'app', 'compact', 'configure', 'sealed'];
const FETCHED = ['fetch compact', 'fetch configure', 'fetch sealed'];

/** A place as whoever runs it sees it: names and bytes. */
interface Place {
  readonly location: string;
  readonly env: Readonly<Record<string, string>>;
  readonly names: () => Promise<readonly string[]>;
  readonly read: (name: string) => Promise<Buffer>;
  readonly write: (name: string, bytes: Buffer) => Promise<void>;
  readonly remove: (name: string) => Promise<void>;
}

function folder(): Promise<Place> {
  const location = join(fakeHost().dir, 'layers');
  return Promise.resolve({
    ...{ location, env: {} },
    names: async () => (existsSync(location) ? readdirSync(location, { recursive: true, encoding: 'utf8' }).filter((name) => name.includes('/')) : []),
    read: async (name) => readFileSync(join(location, name)),
    write: async (name, bytes) => writeFileSync(join(location, name), bytes),
    remove: async (name) => rmSync(join(location, name)),
  });
}

async function bucket(): Promise<Place> {
  const Bucket = await s3.newBucket();
  return {
    ...{ location: `s3://${Bucket}/layers`, env: s3.env() },
    names: async () => ((await s3.client.listObjectsV2({ Bucket, Prefix: 'layers/' })).Contents ?? []).map(({ Key = '' }) => Key.slice('layers/'.length)),
    read: async (name) => Buffer.from((await (await s3.client.getObject({ Bucket, Key: `layers/${name}` })).Body?.transformToByteArray()) ?? []),
    write: async (name, Body) => void (await s3.client.putObject({ Bucket, Key: `layers/${name}`, Body })),
    remove: async (name) => void (await s3.client.deleteObject({ Bucket, Key: `layers/${name}` })),
  };
}

interface Shared extends Place {
  readonly stack: BakedStack;
  readonly recordOf: (layer: string) => Promise<readonly [string, LayerRecord]>;
  readonly diskOf: (layer: string) => Promise<string>;
  /** Signs a record as a machine that is trusted would, whatever it says. */
  readonly rewrite: (layer: string, change: object) => Promise<void>;
  readonly reader: (env?: Readonly<Record<string, string>>) => Promise<BakingMachine>;
}

/** What a trusted machine has baked and shared there. */
async function sharedByOne(newPlace: () => Promise<Place>): Promise<Shared> {
  const place = await newPlace();
  const one = await bakingMachine(place.location, { ...place.env, INGOT_TRUST: signers, INGOT_SIGNING_KEY: key }, true);
  const stack = await one.bake();
  expect(one.ran()).toEqual(EVERYTHING);
  expect(await one.share(stack)).toHaveLength(5);
  const recordOf: Shared['recordOf'] = async (layer) => {
    for (const name of (await place.names()).filter((found) => found.endsWith('layer.json'))) {
      const record = JSON.parse(splitSignature((await place.read(name)).toString('utf8')).text) as LayerRecord;
      if (record.name === layer) return [name, record];
    }
    return expect.fail(`no record of ${layer}`);
  };
  return {
    ...{ ...place, stack, recordOf },
    diskOf: async (layer) => {
      const [, record] = await recordOf(layer);
      return `${record.key}/${record.sha256}.qcow2`;
    },
    rewrite: async (layer, change) => {
      const [name, record] = await recordOf(layer);
      const text = layerRecordText({ ...record, ...change });
      await place.write(name, Buffer.from(embedSignature(text, await signWithSsh(scribe, { keyPath: key, kind: 'layer', text }))));
    },
    reader: (env = {}) => bakingMachine(place.location, { ...place.env, INGOT_TRUST: signers, ...env }),
  };
}

/** Two disks with the same content, each on its own chain, neither damaged. */
function expectSame(one: BakedStack, two: BakedStack): void {
  expect(haveSameContent(one, two)).toBe(true);
  for (const path of [two.flatPath, ...two.overlayPaths]) execFileSync('qemu-img', ['check', path], { stdio: 'pipe' });
}

function haveSameContent(one: BakedStack, two: BakedStack): boolean {
  return spawnSync('qemu-img', ['compare', '-s', one.overlayPaths.at(-1) ?? '', two.overlayPaths.at(-1) ?? '']).status === 0;
}

describe.each([
  ['a folder', folder],
  ['a bucket', bucket],
] as const)('layers that are shared in %s', (_, newPlace) => {
  test('machine A writes; machine B, which has nothing, fetches the chain and bakes nothing', async () => {
    const { stack, reader, names } = await sharedByOne(newPlace);
    expect((await names()).filter((name) => !/^[0-9a-f]{64}\/(?:layer\.json|[0-9a-f]{64}\.qcow2)$/.test(name))).toEqual([]);
    const two = await reader();
    const fetched = await two.bake();
    expect(two.notes()).toEqual([]);
    expect(two.ran()).toEqual(FETCHED);
    expectSame(stack, fetched);
  });

  test('two machines that share at once: one wins each key, and a third has a chain that holds', async () => {
    const place = await newPlace();
    const env = { ...place.env, INGOT_TRUST: signers, INGOT_SIGNING_KEY: key };
    const both = await Promise.all([bakingMachine(place.location, env, true), bakingMachine(place.location, env, true)]);
    const stacks = await Promise.all(both.map((one) => one.bake()));
    await Promise.all(both.map((one, at) => one.share(stacks[at] ?? expect.fail('no stack'))));
    expect((await place.names()).filter((name) => name.endsWith('layer.json'))).toHaveLength(5);
    const third = await bakingMachine(place.location, { ...place.env, INGOT_TRUST: signers });
    const stack = await third.bake();
    expect([third.notes(), third.ran()]).toEqual([[], FETCHED]);
    for (const path of [stack.flatPath, ...stack.overlayPaths]) execFileSync('qemu-img', ['check', path], { stdio: 'pipe' });
    expect(stacks.some((one) => haveSameContent(one, stack))).toBe(true);
  });

  test('a run that may only read writes nothing', async () => {
    const place = await newPlace();
    const one = await bakingMachine(place.location, { ...place.env, INGOT_TRUST: signers, INGOT_SIGNING_KEY: key });
    expect(await one.share(await one.bake())).toEqual([]);
    expect(await place.names()).toEqual([]);
  });

  test.each<readonly [string, (shared: Shared) => Promise<void>, string, readonly string[]]>([
    ['a flipped byte', flipByte, 'its bytes are not those of its record', ['fetch compact', 'fetch configure', 'configure', 'sealed']],
    ['a truncated body', cutOff, 'bytes instead of', ['fetch compact', 'fetch configure', 'configure', 'sealed']],
    [
      'bytes that have expired',
      async ({ remove, diskOf }) => remove(await diskOf('configure')),
      'not there any more',
      ['fetch compact', 'fetch configure', 'configure', 'sealed'],
    ],
    [
      'a missing parent',
      async ({ remove, recordOf }) => remove((await recordOf('configure'))[0]),
      'neither here nor shared',
      ['fetch compact', 'configure', 'sealed'],
    ],
    ['a foreign parent', foreignParent, 'it stands on another compact', ['fetch compact', 'configure', 'sealed']],
    ['a path for a digest', ({ rewrite }) => rewrite('sealed', { sha256: '../../../etc/passwd' }), 'damaged', ['fetch compact', 'fetch configure', 'sealed']],
    ['an absurd size', ({ rewrite }) => rewrite('sealed', { sizeBytes: 2 ** 52 }), 'which no layer has', ['fetch compact', 'fetch configure', 'sealed']],
    ['a later schema', ({ rewrite }) => rewrite('sealed', { schemaVersion: 9 }), 'not known here', ['fetch compact', 'fetch configure', 'sealed']],
  ])('%s: the layer is baked, and one note for it says why', async (__, spoil, why, stages) => {
    const shared = await sharedByOne(newPlace);
    await spoil(shared);
    const two = await shared.reader();
    const stack = await two.bake();
    const notes = two.notes();
    expect(notes[0]).toContain(why);
    expect(new Set(notes).size).toBe(notes.length);
    expect(two.ran()).toEqual(stages);
    for (const path of [stack.flatPath, ...stack.overlayPaths]) execFileSync('qemu-img', ['check', path], { stdio: 'pipe' });
  });

  test('a signer who is not trusted: everything is baked', async () => {
    const { reader } = await sharedByOne(newPlace);
    const strangers = join(keys, 'strangers');
    writeFileSync(strangers, `else ${await publicKeyOf(scribe, other)}\n`);
    const two = await reader({ INGOT_TRUST: strangers });
    await two.bake();
    expect(two.notes().every((note) => note.includes('no key that is trusted has signed it'))).toBe(true);
    expect(two.notes().map((note) => note.split(' ')[2])).toEqual(['compact', 'configure', 'sealed', 'base', 'packages']);
    expect(two.ran()).toEqual(EVERYTHING);
  });
});

test('a line that tears again and again is gone on with', async () => {
  const { stack, location } = await sharedByOne(bucket);
  proxy.setWeather({ tearAfterBytes: { down: 200_000 } });
  const two = await bakingMachine(location, { ...s3.env(proxy.port), INGOT_TRUST: signers });
  const fetched = await two.bake();
  expect(proxy.torn()).toBeGreaterThanOrEqual(2);
  expect(two.ran()).toEqual(FETCHED);
  expectSame(stack, fetched);
});

test('a server that is not there costs a note, and not the bake', async () => {
  const two = await bakingMachine('s3://bucket/layers', { ...s3.env(9), INGOT_TRUST: signers });
  await two.bake();
  expect(two.notes()).toEqual([expect.stringMatching(/^The layer cache s3:\/\/bucket\/layers cannot be used, and the bake goes on without it: /)]);
  expect(two.ran()).toEqual(EVERYTHING);
});

async function flipByte({ read, write, diskOf }: Shared): Promise<void> {
  const name = await diskOf('configure');
  const bytes = await read(name);
  bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
  await write(name, bytes);
}

async function cutOff({ read, write, diskOf }: Shared): Promise<void> {
  const name = await diskOf('configure');
  await write(name, (await read(name)).subarray(0, 1000));
}

async function foreignParent({ rewrite, recordOf }: Shared): Promise<void> {
  const [, { parent }] = await recordOf('configure');
  await rewrite('configure', { parent: { ...parent, sha256: '9'.repeat(64) } });
}
