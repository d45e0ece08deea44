import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { promote, rollback } from '../../scripts/pipelines/channels.ts';
import { heedMarks } from '../../scripts/pipelines/heed-marks.ts';
import { listHistory } from '../../scripts/pipelines/list-images.ts';
import { deprecate, yank } from '../../scripts/pipelines/mark-release.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, IMAGE_ID } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const [V1, V2, V3] = ['2026.11.20-1', '2026.11.21-1', '2026.11.22-1'] as const;

async function setUp() {
  const { dir } = fakeHost();
  const notes: string[] = [];
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  const desk = { host, say: (event: { readonly type: string; readonly message?: string }) => void (event.type === 'note' && notes.push(event.message ?? '')) };
  const storeLocation = join(dir, 'published');
  const store = openStore(host, storeLocation);
  for (const version of [V1, V2, V3]) await addRelease(store, artifactOf(dir, version), version);
  return { desk, storeLocation, store, notes };
}

describe('yank', () => {
  test('keeps the release, says why, and which channels point at it', async () => {
    const { desk, storeLocation, store } = await setUp();
    const marked = await yank(desk, { storeLocation, reference: IMAGE_ID, reason: 'a hole in nginx' });
    expect(marked).toMatchObject({ channels: ['latest'], entry: { version: V3, yanked: { reason: 'a hole in nginx' } } });
    expect((await store.find({ imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } })).entry.yanked?.reason).toBe('a hole in nginx');
    expect((await store.readIndex()).releases).toHaveLength(3);
  });

  test('is taken back', async () => {
    const { desk, storeLocation, store } = await setUp();
    await yank(desk, { storeLocation, reference: IMAGE_ID, reason: 'by mistake' });
    await yank(desk, { storeLocation, reference: IMAGE_ID, reason: null });
    expect((await store.readIndex()).releases.filter((entry) => 'yanked' in entry)).toEqual([]);
  });

  test('what was taken back is not promoted, and a rollback passes over it', async () => {
    const { desk, storeLocation } = await setUp();
    await yank(desk, { storeLocation, reference: `${IMAGE_ID}@${V2}`, reason: 'bad' });
    await expect(promote(desk, { storeLocation, reference: `${IMAGE_ID}@${V2}`, channel: 'stable' })).rejects.toMatchObject({ code: 'RELEASE_YANKED' });
    expect(await rollback(desk, { storeLocation, image: IMAGE_ID, channel: 'latest' })).toMatchObject({ from: V3, to: V1 });
  });

  test.each(['', ' leading', 'two\nlines', 'x'.repeat(301), '\u001b[31mred', 'a\u202Eb'])('refuses the reason %j', async (reason) => {
    const { desk, storeLocation } = await setUp();
    await expect(async () => yank(desk, { storeLocation, reference: IMAGE_ID, reason })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('deprecate', () => {
  test('says the last day, and takes it back', async () => {
    const { desk, storeLocation, store } = await setUp();
    expect(await deprecate(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, after: '2027-02-28' })).toMatchObject({
      entry: { deprecatedAfter: '2027-02-28' },
    });
    await deprecate(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, after: null });
    expect((await store.readIndex()).releases.filter((entry) => 'deprecatedAfter' in entry)).toEqual([]);
  });

  test.each(['2027-02-30', '2027-13-01', 'tomorrow', '27-01-01', ''])('refuses the day %j', async (after) => {
    const { desk, storeLocation } = await setUp();
    await expect(async () => deprecate(desk, { storeLocation, reference: IMAGE_ID, after })).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('marks', () => {
  test('outlive an index that is rebuilt, and a release that is listed again', async () => {
    const { desk, storeLocation, store } = await setUp();
    await yank(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, reason: 'bad' });
    await deprecate(desk, { storeLocation, reference: `${IMAGE_ID}@${V3}`, after: '2027-02-28' });
    const before = (await store.readIndex()).releases;
    await desk.host.files.writeText(join(storeLocation, 'index.json'), 'lost\n');
    await store.repair();
    expect((await store.readIndex()).releases).toEqual(before);
    const { release } = await store.find({ imageId: IMAGE_ID, selector: { kind: 'version', version: V1 } });
    await store.exclusively('test', (writer) => writer.listRelease(release));
    expect((await store.readIndex()).releases).toEqual(before);
  });

  test('are in the history, with what was done to channels', async () => {
    const { desk, storeLocation } = await setUp();
    await yank(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, reason: 'bad' });
    await yank(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, reason: null });
    await deprecate(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, after: '2027-02-28' });
    await deprecate(desk, { storeLocation, reference: `${IMAGE_ID}@${V1}`, after: null });
    expect((await listHistory(desk, { storeLocation })).map(({ reference, what }) => [reference.slice(IMAGE_ID.length + 1), what])).toEqual([
      [V1, 'publish: latest points at it'],
      [V2, `publish: latest points at it instead of ${V1}`],
      [V3, `publish: latest points at it instead of ${V2}`],
      [V1, 'yank: bad'],
      [V1, 'yank: given back'],
      [V1, 'deprecate: to be used until 2027-02-28'],
      [V1, 'deprecate: no last day'],
    ]);
  });

  test('a reader is refused what was taken back, unless it is asked for, and told of a last day', async () => {
    const { desk, storeLocation, notes } = await setUp();
    const { entry } = await yank(desk, { storeLocation, reference: IMAGE_ID, reason: 'a hole in nginx' });
    expect(() => heedMarks(desk, entry)).toThrow(`${IMAGE_ID}@${V3} was taken back: a hole in nginx`);
    heedMarks(desk, entry, true);
    heedMarks(desk, { ...entry, yanked: undefined, deprecatedAfter: '2999-01-01' } as never);
    heedMarks(desk, { ...entry, yanked: undefined, deprecatedAfter: '2001-01-01' } as never);
    expect(notes.map((note) => note.slice(`${IMAGE_ID}@${V3} `.length))).toEqual([
      'was taken back: a hole in nginx',
      'is to be used until 2999-01-01',
      'is out of date since 2001-01-01: use a newer release',
    ]);
  });
});
