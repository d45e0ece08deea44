import { describe, expect, test } from 'vitest';
import { heedMutes } from '../../scripts/checks/heed-mutes.ts';
import type { CheckRow, Outcome } from '../../scripts/model/check.ts';
import type { Mute } from '../../scripts/model/mute.ts';

const MUTE: Mute = { check: 'web.up', reason: 'its unit is slow here', see: 'https://bugs.example/1', until: '2026-12-31' };
const row = (outcome: Outcome, check = 'web.up'): CheckRow => ({
  ...{ check, phase: 'outside', subject: 'web', property: 'it is up', expected: 'yes', found: 'no', outcome, hint: 'look at its log' },
});

describe('heedMutes', () => {
  test.each<Outcome>(['fail', 'unknown'])('a row that is %s does not count until the day has passed, and says why', (outcome) => {
    for (const day of ['2026-11-29T10:00:00.000Z', '2026-12-31T23:59:59.000Z']) {
      expect(heedMutes([row(outcome)], [MUTE], day)).toEqual([
        { ...row('skip'), muted: MUTE, hint: 'muted until 2026-12-31: its unit is slow here (https://bugs.example/1); look at its log' },
      ]);
    }
  });

  test('after its day the check counts again, and its row tells of the mute', () => {
    expect(heedMutes([row('fail')], [MUTE], '2027-01-01T00:00:00.000Z')).toEqual([
      { ...row('fail'), hint: 'its mute ended on 2026-12-31 (its unit is slow here); look at its log' },
    ]);
  });

  test('what passes, and every other check, stays as it is', () => {
    const rows = [row('pass'), row('fail', 'web.upper'), row('unknown', 'base.up')];
    expect(heedMutes(rows, [MUTE], '2026-11-29T10:00:00.000Z')).toEqual(rows);
  });
});
