import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import type { Event } from '../../scripts/model/event.ts';
import { promote, rollback } from '../../scripts/pipelines/channels.ts';
import { repairStore } from '../../scripts/pipelines/list-images.ts';
import { prune } from '../../scripts/pipelines/prune.ts';
import { publish, type PublishRequest } from '../../scripts/pipelines/publish.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { artifactOf, IMAGE_ID, reportOf, specOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

interface Place {
  readonly desk: Desk;
  readonly host: Host;
  readonly events: readonly Event[];
  readonly storeLocation: string;
  readonly buildDir: string;
  /** Publishes a disk with this content. */
  readonly publish: (content: string, desk?: Desk, reports?: PublishRequest['reports']) => Promise<string>;
  readonly page: () => string;
  readonly streams: () => string;
}

function setUp(): Place {
  const host = fakeHost([], { pid: process.pid });
  const events: Event[] = [];
  const desk: Desk = { host, say: (event) => void events.push(event) };
  const storeLocation = join(host.dir, 'published');
  const read = (name: string): string => readFileSync(join(storeLocation, name), 'utf8');
  return {
    ...{ desk, host, events, storeLocation, buildDir: join(host.dir, 'build'), page: () => read('index.html'), streams: () => read('streams/v1/images.json') },
    publish: async (content, other = desk, reports = []) => {
      const artifact = artifactOf(host.dir, content);
      return (await publish(other, { storeLocation, artifact, report: reportOf(artifact), spec: specOf(), reports })).version;
    },
  };
}

describe('the catalogue follows every change of the store', () => {
  test('a publication', async () => {
    const place = setUp();
    const first = await place.publish('one');
    expect(place.page()).toContain(`<b>latest</b> ${first}`);
    const second = await place.publish('two');
    for (const text of [place.page(), place.streams()]) for (const version of [first, second]) expect(text).toContain(version);
    expect(place.page()).toContain(`<b>latest</b> ${second}`);
  });

  test('a promotion, a rollback, a removal', async () => {
    const place = setUp();
    const { desk, storeLocation, buildDir } = place;
    const [first, second] = [await place.publish('one'), await place.publish('two')];
    await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${first}`, channel: 'stable' });
    expect(place.page()).toContain(`<b>stable</b> ${first}`);
    await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${second}`, channel: 'stable' });
    await rollback(desk, { storeLocation, image: IMAGE_ID, channel: 'stable' });
    expect(place.page()).toContain(`<b>stable</b> ${first}`);
    await promote(desk, { storeLocation, reference: `${IMAGE_ID}@${second}`, channel: 'stable' });
    await prune(desk, { storeLocation, buildDir, keepNewest: 1, keepDays: 0, apply: true });
    for (const text of [place.page(), place.streams()]) expect(text).not.toContain(first);
  });

  test('a dry run changes nothing', async () => {
    const place = setUp();
    await place.publish('one');
    await place.publish('two');
    writeFileSync(join(place.storeLocation, 'index.html'), 'as it was');
    await prune(place.desk, { ...place, keepNewest: 1, keepDays: 0, apply: false });
    expect(place.page()).toBe('as it was');
  });

  test('a repair', async () => {
    const place = setUp();
    const version = await place.publish('one');
    writeFileSync(join(place.storeLocation, 'index.html'), 'lost');
    await repairStore(place.desk, { storeLocation: place.storeLocation });
    expect(place.page()).toContain(version);
  });
});

test('a page that cannot be written is said, and the release is published all the same', async () => {
  const place = setUp();
  const { host } = place;
  const writeText: Host['files']['writeText'] = (path, text, mode) =>
    path.endsWith('index.html') ? Promise.reject(new Error('no room for pages')) : host.files.writeText(path, text, mode);
  const version = await place.publish('one', { ...place.desk, host: { ...host, files: { ...host.files, writeText } } });
  expect(version).toMatch(/-1$/);
  expect(existsSync(join(place.storeLocation, 'index.html'))).toBe(false);
  expect(place.events).toContainEqual({
    type: 'note',
    message: expect.stringMatching(/older than its index \(no room for pages\).*npm run .*repair/) as string,
  });
});

test('what graders said is read from the newest release; what is no such report is passed over', async () => {
  const place = setUp();
  const grade = {
    id: 'a.b',
    title: 'Benchmark',
    unit: '%',
    better: 'higher',
    score: 91,
    goal: 90,
    outcome: 'met',
    previous: null,
    stock: null,
    detail: '',
    failed: [],
  };
  const publishGraded = (content: string, text: string): Promise<string> => place.publish(content, place.desk, [{ name: 'grade.json', text }]);
  await publishGraded('one', JSON.stringify({ kind: 'GradeReport', grades: [grade] }));
  expect(place.page()).toContain('<dt>Benchmark</dt><dd>91 %');
  await publishGraded('two', 'not even JSON');
  expect(place.page()).not.toContain('Benchmark');
});

test('a damaged release is listed as the index has it, and hides no other', async () => {
  const place = setUp();
  const [first, second] = [await place.publish('one'), await place.publish('two')];
  writeFileSync(join(place.storeLocation, IMAGE_ID, first, 'manifest.json'), '{');
  await promote(place.desk, { storeLocation: place.storeLocation, reference: `${IMAGE_ID}@${second}`, channel: 'stable' });
  expect(place.page()).toContain(`<b>stable</b> ${second}`);
});
