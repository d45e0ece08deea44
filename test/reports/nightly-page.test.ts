import { describe, expect, test } from 'vitest';
import type { NightlyResult, NightlySummary } from '../../scripts/model/nightly-summary.ts';
import { nightlyPage } from '../../scripts/reports/nightly-page.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';

const BAKED: NightlyResult = {
  ...{ imageId: 'shop-web-testian-1', status: 'published', reference: 'shop-web-testian-1@2026.11.22-1', seconds: 754 },
  ...{ checks: '120 of 120', changed: ['configure', 'sealed'] },
};
const UNCHANGED: NightlyResult = {
  ...BAKED,
  imageId: 'shop-db-testian-1',
  status: 'nothing-to-do',
  reference: 'shop-db-testian-1@2026.11.20-1',
  seconds: 2,
  changed: [],
};
const FAILED: NightlyResult = {
  ...{ imageId: 'shop-lb-testian-1', status: 'failed', what: 'It broke.', fix: 'Mend it.', details: [], code: 'BAKE_FAILED', seconds: 30 },
};

function page(results: readonly NightlyResult[], changes: Partial<NightlySummary> = {}): string {
  return nightlyPage({ kind: 'NightlySummary', schemaVersion: 1, startedAt: '2026-11-22T03:00:00.000Z', results, skipped: [], prunedReleases: [], ...changes });
}

const title = (text: string): string | undefined => text.split('\n')[0];
const rows = (text: string): readonly string[] =>
  text
    .split('\n')
    .filter((line) => line.startsWith('|'))
    .slice(2);

describe('nightlyPage', () => {
  test('says at the top how the night was', () => {
    expect(title(page([BAKED, UNCHANGED]))).toBe('# Nightly of 2026-11-22: all well');
    expect(title(page([BAKED, FAILED, FAILED]))).toBe('# Nightly of 2026-11-22: 2 of 3 failed');
  });

  test('says at the top that old releases were not dropped, and below why', () => {
    const pruneFailure = { what: 'The index <x> is bad.', fix: 'Repair it.', details: ['file: a|b'], code: 'STORE_CORRUPT', exitStatus: 6 } as const;
    expect(title(page([BAKED], { pruneFailure }))).toBe('# Nightly of 2026-11-22: old releases were not dropped');
    expect(title(page([BAKED, FAILED], { pruneFailure }))).toBe('# Nightly of 2026-11-22: 1 of 2 failed; old releases were not dropped');
    expect(page([BAKED], { pruneFailure })).toContain(
      String.raw`- **old releases were not dropped** (STORE_CORRUPT): The index \<x\> is bad. Repair it.
  - file: a\|b
`,
    );
  });

  test('has a row for each image, in order: what it became, what was baked, what was checked', () => {
    expect(rows(page([BAKED, UNCHANGED, FAILED]))).toEqual([
      '| shop-web-testian-1 | published shop-web-testian-1@2026.11.22-1 | configure, sealed | 120 of 120 | 12 min 34 s |',
      '| shop-db-testian-1 | verified, unchanged: shop-db-testian-1@2026.11.20-1 |  | 120 of 120 | 2.0 s |',
      '| shop-lb-testian-1 | **failed** (BAKE_FAILED) | | | 30.0 s |',
    ]);
  });

  test('marks what was taken back, and is made again by no night', () => {
    expect(rows(page([{ ...UNCHANGED, takenBack: 'a | hole' }]))).toEqual([
      '| shop-db-testian-1 | unchanged, and taken back (a \\| hole): shop-db-testian-1@2026.11.20-1 |  | 120 of 120 | 2.0 s |',
    ]);
  });

  test('says of each failure what happened and what to do, and nothing of the others', () => {
    expect(page([BAKED, FAILED])).toContain('- **shop-lb-testian-1**: It broke. Mend it.\n');
    expect(page([BAKED, { ...FAILED, details: ['web.up (first-boot): 502', 'a <b>'] }])).toContain(
      String.raw`- **shop-lb-testian-1**: It broke. Mend it.
  - web.up (first-boot): 502
  - a \<b\>
`,
    );
    expect(page([BAKED, UNCHANGED])).not.toContain('- **');
  });

  test('names what was not baked and what was removed, when there is such', () => {
    const text = page([BAKED], { skipped: ['shop-web-rock-8', 'shop-db-rock-8'], prunedReleases: ['shop-web-testian-1@2026.10.01-1'] });
    expect(text).toContain('Not baked, because only their facts are known: shop-web-rock-8, shop-db-rock-8.\n');
    expect(text).toContain('Removed old releases: shop-web-testian-1@2026.10.01-1.\n');
    expect(page([BAKED])).not.toMatch(/Not baked|Removed/);
  });

  test('keeps a message that a tool wrote on its line, as text', () => {
    const said = (what: string): string =>
      page([{ ...FAILED, what, fix: 'f' }])
        .split('\n')
        .find((line) => line.startsWith('- **')) ?? '';
    expect(said('a\n# b')).toBe('- **shop-lb-testian-1**: a # b f');
    expect(said('<script>*x*</script> | `id` _y_ [z](w)')).toBe(String.raw`- **shop-lb-testian-1**: \<script\>\*x\*\</script\> \| \`id\` \_y\_ \[z\](w) f`);
    for (const hostile of HOSTILE_STRINGS) {
      const text = page([{ ...FAILED, what: hostile, fix: hostile, details: [hostile] }]);
      expect(text.split('\n')).toHaveLength(page([{ ...FAILED, details: ['one'] }]).split('\n').length);
      expect(text).not.toMatch(/[\u0000-\u0008\u001b]/);
    }
  });
});
