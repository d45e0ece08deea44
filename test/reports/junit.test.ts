import { describe, expect, test } from 'vitest';
import { junit } from '../../scripts/reports/junit.ts';
import { parseMarkup, type Element } from './parse-markup.ts';
import { HOSTILE, reportOf, row } from './sample-report.ts';

const parsed = (xml: string): readonly Element[] => parseMarkup(xml, { html: false });
const of = (elements: readonly Element[], tag: string): readonly Element[] => elements.filter((element) => element.tag === tag);

describe('junit', () => {
  const rows = [
    row(),
    row({ check: 'b', outcome: 'fail', found: 'nothing' }),
    row({ check: 'c', outcome: 'skip', phase: 'outside' }),
    row({ check: 'd', outcome: 'unknown', phase: 'outside' }),
  ];
  const elements = parsed(junit(reportOf(rows, { missing: ['e console'], phases: ['first-boot', 'outside'] })));

  test('a suite a phase, a case a row, and one for what never came', () => {
    expect(of(elements, 'testsuite').map(({ attributes }) => [attributes['name'], attributes['tests']])).toEqual([
      ['house-small-os-1 first-boot', '2'],
      ['house-small-os-1 outside', '2'],
      ['house-small-os-1 report', '1'],
    ]);
    expect(of(elements, 'testcase')).toHaveLength(5);
  });

  test('totals tell failures from errors and skips', () => {
    expect(of(elements, 'testsuites')[0]?.attributes).toMatchObject({ tests: '5', failures: '1', errors: '2', skipped: '1', time: '130.500' });
    expect(['failure', 'error', 'skipped'].map((tag) => of(elements, tag).length)).toEqual([1, 2, 1]);
  });

  test('a failure carries its evidence', () => {
    expect(of(elements, 'failure')[0]).toEqual({
      tag: 'failure',
      attributes: { message: 'expected exits 0, found nothing', type: 'fail' },
      text: 'expected: exits 0\nfound: nothing\nhint: look at the lock',
    });
  });

  test('stays XML whatever a guest prints, and spells out what XML cannot say', () => {
    const [failure] = of(parsed(junit(reportOf([row({ outcome: 'fail', found: HOSTILE, hint: ']]>' })]))), 'failure');
    expect(failure?.text).toContain('a\\u001b[31m<script>alert(1)</script>&"\'\\u0000\\u0007\nsecond line');
    expect(failure?.text).toContain('\\ud800');
    expect(failure?.attributes['message']).toContain('\nsecond line');
  });
});
