import { describe, expect, test } from 'vitest';
import { judgeSabotage, type SabotageEvidence } from '../../scripts/checks/judge-sabotage.ts';
import type { Sabotage } from '../../scripts/checks/sabotages.ts';
import type { CheckRow, Outcome } from '../../scripts/model/check.ts';
import { row } from '../reports/sample-report.ts';
import { sampleCheck } from '../support/sample-check.ts';

const declaration = sampleCheck('door.locked', { outside: { run: 'true', expect: { equals: 'x' } } });
const sabotage: Sabotage = {
  declaration,
  ground: 'first-boot',
  watched: [
    { declaration, phase: 'first-boot' },
    { declaration, phase: 'outside' },
  ],
};
const rows = (inside?: Outcome, outside?: Outcome): readonly CheckRow[] => [
  ...(inside === undefined ? [] : [row({ phase: 'first-boot', outcome: inside, found: `inside ${inside}` })]),
  ...(outside === undefined ? [] : [row({ phase: 'outside', outcome: outside, found: `outside ${outside}` })]),
];
const judge = (evidence: Partial<SabotageEvidence>) =>
  judgeSabotage(sabotage, { before: rows('pass', 'pass'), after: [], saboteur: undefined, seconds: 1.234, ...evidence });

describe('judgeSabotage', () => {
  test('one red probe is enough, and those that stayed green are named', () => {
    expect(judge({ after: rows('pass', 'fail') })).toMatchObject({
      outcome: 'killed',
      red: ['outside'],
      green: ['first-boot'],
      found: 'outside fail',
      seconds: 1.23,
    });
  });

  test('a probe that could not run after the sabotage is red: it holds the image back', () => {
    expect(judge({ after: rows('unknown', 'pass') }).outcome).toBe('killed');
  });

  test('all green is a survivor, with what it found', () => {
    expect(judge({ after: rows('pass', 'pass') })).toMatchObject({ outcome: 'survived', red: [], found: 'inside pass' });
  });

  test('silence is not red', () => {
    expect(judge({ after: [] })).toMatchObject({ outcome: 'not-run', found: 'no answer came' });
    expect(judge({ after: rows('pass') }).outcome).toBe('not-run');
  });

  test('what was red before proves nothing', () => {
    expect(judge({ before: rows('fail', 'fail'), after: rows('fail', 'fail') })).toMatchObject({ outcome: 'not-green', found: 'inside fail' });
    expect(judge({ before: rows('fail', 'pass'), after: rows('fail', 'pass') }).outcome).toBe('survived');
  });

  describe('a check that is muted', () => {
    const mute = { check: 'door.locked', reason: 'the lock is slow here', see: 'https://bugs.example/1', until: '2026-12-31' };
    const judgeMuted = (before: readonly CheckRow[], after: readonly CheckRow[]) =>
      judgeSabotage({ ...sabotage, mute }, { before, after, saboteur: undefined, seconds: 1 });

    test.each([
      ['in all', rows('fail', 'fail'), rows('fail', 'fail'), 'inside fail'],
      ['in one, and the other notices nothing', rows('fail', 'pass'), rows('fail', 'pass'), 'inside fail'],
      ['in one, and the other is red too', rows('pass', 'unknown'), rows('fail', 'unknown'), 'outside unknown'],
    ])('and red on the good disk %s is neither noticed nor not', (_how, before, after, found) => {
      expect(judgeMuted(before, after)).toMatchObject({ outcome: 'muted', muted: mute, found });
    });

    test('and green on the good disk has to notice like any other', () => {
      expect(judgeMuted(rows('pass', 'pass'), rows('pass', 'fail')).outcome).toBe('killed');
      const survivor = judgeMuted(rows('pass', 'pass'), rows('pass', 'pass'));
      expect(survivor.outcome).toBe('survived');
      expect(survivor).not.toHaveProperty('muted');
    });
  });

  test('a saboteur whose work nothing looks at is not proven', () => {
    const blind = judgeSabotage({ ...sabotage, watched: [] }, { before: [], after: [], saboteur: undefined, seconds: 0 });
    expect(blind).toMatchObject({ outcome: 'not-green', found: 'no probe looks where the saboteur works' });
  });

  test('what a failing saboteur said is kept', () => {
    const saboteur = { exitCode: 2, stdout: '', stderr: 'a\nno such file\n', seconds: 0, timedOut: false };
    expect(judge({ after: rows('pass', 'pass'), saboteur }).complaint).toBe('exit 2: no such file');
    expect(judge({ after: rows('pass', 'pass'), saboteur: { ...saboteur, exitCode: 0 } })).not.toHaveProperty('complaint');
  });
});
