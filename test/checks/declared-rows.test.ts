import { describe, expect, test } from 'vitest';
import { declaredRows, probeOf, rowKey } from '../../scripts/checks/declared-rows.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleComponent, sampleSpec } from '../support/sample-spec.ts';

const probe = { run: 'true', expect: { exit: 0 } };
const spec = sampleSpec({
  components: [
    sampleComponent('web', {
      checks: [
        sampleCheck('web.everywhere', { sealed: probe, guest: { ...probe, phases: ['first-boot', 'after-reboot'] }, outside: probe, console: { forbid: 'x' } }),
        sampleCheck('web.once', { guest: { ...probe, run: 'once', phases: ['after-reboot'] } }),
      ],
    }),
    sampleComponent('base', { checks: [sampleCheck('base.quiet', { console: { forbid: 'panic' } })] }),
  ],
});

describe('declaredRows', () => {
  test('is every check in every phase that it names, by id and then by phase', () => {
    expect(declaredRows(spec).map(rowKey)).toEqual([
      'base.quiet console',
      'web.everywhere sealed',
      'web.everywhere first-boot',
      'web.everywhere outside',
      'web.everywhere after-reboot',
      'web.everywhere console',
      'web.once after-reboot',
    ]);
  });

  test.each([
    ['web.*', ['web.everywhere', 'web.once']],
    ['*.once', ['web.once']],
    ['web.onc?', ['web.once']],
    ['web.once', ['web.once']],
    ['web', []],
    ['webxonce', []],
    ['web.(once|everywhere)', []],
  ])('keeps of them what matches %s, and a glob is no regular expression', (only, ids) => {
    expect([...new Set(declaredRows(spec, only).map(({ declaration }) => declaration.id))]).toEqual(ids);
  });

  test('knows the probe of each row; a rule over the console has none', () => {
    const rows = declaredRows(spec);
    expect(rows.map((row) => probeOf(row)?.run)).toEqual([undefined, 'true', 'true', 'true', 'true', undefined, 'once']);
  });
});
