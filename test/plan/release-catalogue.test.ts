import { describe, expect, test } from 'vitest';
import { DETAILED_RELEASES, planCatalogue, releasesToSee } from '../../scripts/plan/release-catalogue.ts';
import { NOW, sampleCatalogue } from '../support/sample-catalogue.ts';

describe('planCatalogue', () => {
  const { images, generation, madeAt } = planCatalogue(sampleCatalogue());

  test('has every image by name, its releases newest first, with the channels that point at them', () => {
    expect([generation, madeAt]).toEqual([42, NOW.toISOString()]);
    expect(images.map(({ imageId, releases }) => [imageId, releases.length])).toEqual([
      ['box-db-zinc-2', 3],
      ['box-lb-iron-3', 1],
      ['box-small-tin-1', 12],
    ]);
    const releases = images[2]?.releases ?? [];
    expect(releases.map(({ version }) => version)).toEqual(
      releases
        .map(({ version }) => version)
        .toSorted()
        .toReversed(),
    );
    expect([releases[0]?.channels, releases[1]?.channels, releases.at(-1)?.channels]).toEqual([['latest'], [], ['stable']]);
    expect(releases[0]?.details).toMatchObject({
      checksDeclared: 422,
      loginUser: 'tin',
      virtualSizeBytes: 20 * 2 ** 30,
      files: expect.arrayContaining(['report.html']) as unknown,
    });
  });

  test('says how long each distro is supported', () => {
    expect(images.map(({ distroTitle, support }) => [distroTitle, support])).toEqual([
      ['Zinc 2', 'ending'],
      ['Iron 3', 'ended'],
      ['Tin 1', 'supported'],
    ]);
    const [iron] = sampleCatalogue().distros.filter(({ id }) => id === 'iron-3');
    if (iron === undefined) throw new Error('no such distro');
    const extended = { ...iron, lifeCycle: { ...iron.lifeCycle, extendedUntil: '2029-01-31' } };
    expect(planCatalogue({ ...sampleCatalogue(), distros: [extended] }).images[1]).toMatchObject({ support: 'extended', endOfLife: '2025-01-31' });
  });

  test('a release that could not be looked into, and a distro that nobody knows, are listed all the same', () => {
    const { images: bare } = planCatalogue({ ...sampleCatalogue(), seen: [], distros: [] });
    expect(bare.map(({ support, releases }) => [support, releases[0]?.details])).toEqual([
      ['unknown', undefined],
      ['unknown', undefined],
      ['unknown', undefined],
    ]);
  });
});

test('no more releases of an image are looked into than a trend needs', () => {
  const names = releasesToSee(sampleCatalogue({ 'a-b-c': 50, 'd-e-f': 2 }).index);
  expect(names).toHaveLength(DETAILED_RELEASES + 2);
  expect(names[0]?.version).toBe('2026.11.29-1');
});

test('the release that is offered is the newest that was not taken back, and one of them where all were', () => {
  const { index, ...rest } = sampleCatalogue({ 'a-b-c': 3 });
  const yankedFrom = (first: number): string | undefined => {
    const releases = index.releases.map((entry, at) => (at >= first ? { ...entry, yanked: { at: entry.publishedAt, reason: 'broken' } } : entry));
    return planCatalogue({ ...rest, index: { ...index, releases } }).images[0]?.offered;
  };
  expect([yankedFrom(3), yankedFrom(2), yankedFrom(0)]).toEqual(['2026.11.29-1', '2026.11.28-1', '2026.11.29-1']);
});

test('the tenth release of a day is newer than the ninth', () => {
  const { index, ...rest } = sampleCatalogue({ 'a-b-c': 1 });
  const [entry] = index.releases;
  if (entry === undefined) throw new Error('no release');
  const releases = ['2026.11.29-10', '2026.11.29-9'].map((version) => ({ ...entry, version }));
  expect(planCatalogue({ ...rest, index: { ...index, releases } }).images[0]?.releases.map(({ version }) => version)).toEqual([
    '2026.11.29-10',
    '2026.11.29-9',
  ]);
});
