import { describe, expect, test } from 'vitest';
import { countingRows } from '../../scripts/plan/counting-rows.ts';
import { row } from '../reports/sample-report.ts';

const MUTE = { check: 'door.locked', reason: 'known to fail here', see: 'docs/grades.md', until: '2026-11-22' };
const muted = row({ outcome: 'skip', muted: MUTE });

describe('countingRows', () => {
  test('leaves out what passed, and keeps all else', () => {
    const rows = [row(), row({ outcome: 'fail' }), row({ outcome: 'unknown' }), row({ outcome: 'skip' })];
    expect(countingRows(rows, [], '2026-11-22')).toEqual(rows.slice(1));
  });

  test('a mute counts until its last day, and no longer', () => {
    expect(countingRows([muted], [MUTE], '2026-11-22')).toEqual([]);
    expect(countingRows([muted], [MUTE], '2026-11-23')).toEqual([muted]);
  });

  test('a row that alone says that it is muted is not, and a mute does not cover a row that nobody muted', () => {
    expect(countingRows([muted], [], '2026-11-22')).toEqual([muted]);
    expect(countingRows([muted], [{ ...MUTE, check: 'door.open' }], '2026-11-22')).toEqual([muted]);
    expect(countingRows([row({ outcome: 'skip' }), row({ outcome: 'fail' })], [MUTE], '2026-11-22')).toHaveLength(2);
  });
});
