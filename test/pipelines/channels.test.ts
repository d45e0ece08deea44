import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { promote, rollback } from '../../scripts/pipelines/channels.ts';
import { publish } from '../../scripts/pipelines/publish.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import type { Store } from '../../scripts/store/store.ts';
import { addRelease, artifactOf, IMAGE_ID, reportOf, specOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const [V1, V2, V3] = ['2026.11.20-1', '2026.11.21-1', '2026.11.22-1'] as const;

async function setUp(): Promise<{ readonly desk: Desk; readonly store: Store; readonly storeLocation: string }> {
  const { dir } = fakeHost();
  const desk = { host: localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } }), say: () => undefined };
  const storeLocation = join(dir, 'published');
  const store = openStore(desk.host, storeLocation);
  for (const version of [V1, V2, V3]) await addRelease(store, artifactOf(dir, version), version);
  return { desk, store, storeLocation };
}

describe('promote', () => {
  test('points a channel at any release and says where it pointed before', async () => {
    const { desk, store, storeLocation } = await setUp();
    expect(await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${V2}`, channel: 'stable' })).toEqual({
      imageId: IMAGE_ID,
      channel: 'stable',
      from: null,
      to: V2,
    });
    expect(await promote(desk, { storeLocation, reference: `${IMAGE_ID}@latest`, channel: 'stable' })).toEqual({
      imageId: IMAGE_ID,
      channel: 'stable',
      from: V2,
      to: V3,
    });
    expect((await store.readIndex()).channels).toEqual({ [IMAGE_ID]: { latest: V3, stable: V3 } });
  });

  test('to where it points already changes nothing', async () => {
    const { desk, store, storeLocation } = await setUp();
    await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${V2}`, channel: 'stable' });
    const { generation } = await store.readIndex();
    await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${V2}`, channel: 'stable' });
    expect((await store.readIndex()).generation).toBe(generation);
  });

  test.each(['', '../x', 'Stable', 'a b', '__proto__', 'x'.repeat(40)])('refuses the channel %j', async (channel) => {
    const { desk, storeLocation } = await setUp();
    await expect(promote(desk, { storeLocation, reference: IMAGE_ID, channel })).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('refuses a release that is not there', async () => {
    const { desk, storeLocation } = await setUp();
    await expect(promote(desk, { storeLocation, reference: `${IMAGE_ID}@2026.01.01-1`, channel: 'stable' })).rejects.toMatchObject({
      code: 'RELEASE_NOT_FOUND',
    });
  });
});

describe('a candidate', () => {
  test('is what its own channel means, until it is promoted: to latest first, then to stable', async () => {
    const { desk, store, storeLocation } = await setUp();
    const artifact = artifactOf(desk.host.facts.projectDir, 'new');
    const request = { storeLocation, artifact, report: reportOf(artifact), spec: specOf(), reports: [] };
    const { version, candidate } = await publish(desk, { ...request, candidate: true });
    expect(candidate).toBe(true);
    expect((await store.readIndex()).channels[IMAGE_ID]).toEqual({ latest: V3, candidate: version });
    expect(await promote(desk, { storeLocation, reference: `${IMAGE_ID}@candidate` })).toMatchObject({ channel: 'latest', from: V3, to: version });
    expect(await promote(desk, { storeLocation, reference: `${IMAGE_ID}@latest` })).toMatchObject({ channel: 'stable', from: null, to: version });
  });

  test('is left behind by nothing: what is published for all is for those who try candidates too', async () => {
    const { desk, store, storeLocation } = await setUp();
    const publishOne = (content: string, candidate: boolean): Promise<{ readonly version: string }> => {
      const artifact = artifactOf(desk.host.facts.projectDir, content);
      return publish(desk, { storeLocation, artifact, report: reportOf(artifact), spec: specOf(), reports: [], candidate });
    };
    await publishOne('tried', true);
    const { version } = await publishOne('for all', false);
    expect((await store.readIndex()).channels[IMAGE_ID]).toEqual({ latest: version, candidate: version });
  });
});

describe('rollback', () => {
  test('goes back step by step along the history, and not past its beginning', async () => {
    const { desk, storeLocation } = await setUp();
    const back = (): Promise<unknown> => rollback(desk, { storeLocation, image: IMAGE_ID, channel: 'latest' });
    expect(await back()).toMatchObject({ from: V3, to: V2 });
    expect(await back()).toMatchObject({ from: V2, to: V1 });
    await expect(back()).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND', what: expect.stringContaining('Nothing came before') });
  });

  test('goes to where the channel pointed, not to the next lower number', async () => {
    const { desk, storeLocation } = await setUp();
    await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, channel: 'stable' });
    await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${V3}`, channel: 'stable' });
    expect(await rollback(desk, { storeLocation, image: IMAGE_ID, channel: 'stable' })).toMatchObject({ from: V3, to: V1 });
  });

  test('skips a release that was removed since', async () => {
    const { desk, store, storeLocation } = await setUp();
    await store.exclusively('test', (locked) => locked.remove({ imageId: IMAGE_ID, version: V2 }));
    expect(await rollback(desk, { storeLocation, image: IMAGE_ID, channel: 'latest' })).toMatchObject({ from: V3, to: V1 });
  });

  test('of a channel that is not there is refused', async () => {
    const { desk, storeLocation } = await setUp();
    await expect(rollback(desk, { storeLocation, image: IMAGE_ID, channel: 'stable' })).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });
});
