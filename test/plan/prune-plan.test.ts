import { describe, expect, test } from 'vitest';
import { compareVersions } from '../../scripts/model/release-name.ts';
import type { IndexEntry, StoreIndex } from '../../scripts/model/release.ts';
import { planPrune, type PruneRule } from '../../scripts/plan/prune-plan.ts';

const NOW = new Date('2026-11-22T00:00:00Z');

function entry(version: string, ageDays: number, imageId = 'img'): IndexEntry {
  return {
    imageId,
    version,
    sha256: version.padEnd(64, '0'),
    sizeBytes: 1,
    key: 'k',
    checksPassed: 1,
    publishedAt: new Date(NOW.getTime() - ageDays * 86_400_000).toISOString(),
  };
}

function index(releases: readonly IndexEntry[], channels: StoreIndex['channels'] = {}): StoreIndex {
  return { kind: 'StoreIndex', schemaVersion: 1, generation: 1, releases, channels };
}

const rule = (change: Partial<PruneRule> = {}): PruneRule => ({ keepNewest: 1, keepDays: 0, now: NOW, inUse: [], ...change });
const dropped = (releases: readonly IndexEntry[], change: Partial<PruneRule> = {}, channels: StoreIndex['channels'] = {}): readonly string[] =>
  planPrune(index(releases, channels), rule(change)).drop.map(({ version }) => version);
const FOUR = [entry('2026.11.01-1', 21), entry('2026.11.10-9', 12), entry('2026.11.10-10', 12), entry('2026.11.20-1', 2)];

describe('planPrune', () => {
  test('keeps the newest by version, not by the order of the list', () => {
    expect(dropped(FOUR.toReversed(), { keepNewest: 2 })).toEqual(['2026.11.10-9', '2026.11.01-1']);
  });

  test('keeps what is younger than asked', () => {
    expect(dropped(FOUR, { keepDays: 15 })).toEqual(['2026.11.01-1']);
  });

  test('keeps what a channel points at, and says which', () => {
    const plan = planPrune(index(FOUR, { img: { stable: '2026.11.01-1' } }), rule());
    expect(plan.keep.find(({ entry: { version } }) => version === '2026.11.01-1')?.reasons).toEqual(['channel stable']);
  });

  test('keeps what a running VM uses', () => {
    expect(dropped(FOUR, { inUse: [{ imageId: 'img', sha256: '2026.11.01-1'.padEnd(64, '0') }] })).not.toContain('2026.11.01-1');
  });

  test('another image neither counts as newer nor protects', () => {
    const other = entry('2026.11.21-1', 30, 'other');
    expect(dropped([...FOUR, other], {}, { other: { stable: '2026.11.01-1' } })).toEqual(['2026.11.01-1', '2026.11.10-9', '2026.11.10-10']);
  });

  test('an age that cannot be told is no reason to delete', () => {
    expect(dropped([{ ...entry('2026.11.01-1', 0), publishedAt: 'yesterday' }, ...FOUR.slice(1)], { keepDays: 1 })).not.toContain('2026.11.01-1');
  });

  test.each([{ keepNewest: 0 }, { keepNewest: 1.5 }, { keepNewest: Number.NaN }, { keepDays: -1 }, { keepDays: Number.POSITIVE_INFINITY }])(
    'refuses the rule %j',
    (change) => {
      expect(() => planPrune(index(FOUR), rule(change))).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    },
  );

  test('whatever the history: the newest of each image and every pointer stay, and nothing is lost or made up', () => {
    let seed = 7;
    const random = (below: number): number => (seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648) % below;
    for (let round = 0; round < 300; round += 1) {
      const versions = [...new Set(Array.from({ length: 1 + random(8) }, () => `2026.11.${String(1 + random(22)).padStart(2, '0')}-${1 + random(12)}`))];
      const releases = ['a', 'b'].flatMap((imageId) => versions.map((version) => entry(version, random(40), imageId)));
      const pointed = versions[random(versions.length)] ?? '';
      const { keep, drop } = planPrune(index(releases, { a: { stable: pointed } }), rule({ keepNewest: 1 + random(3), keepDays: random(30) }));
      const kept = keep.map(({ entry: { imageId, version } }) => `${imageId}@${version}`);
      const newest = versions.toSorted(compareVersions).at(-1);
      expect(kept).toEqual(expect.arrayContaining([`a@${newest}`, `b@${newest}`, `a@${pointed}`]));
      expect(keep.length + drop.length).toBe(releases.length);
    }
  });
});
