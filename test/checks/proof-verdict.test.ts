import { describe, expect, test } from 'vitest';
import { sampleProof } from '../reports/sample-proof.ts';

describe('proofOf', () => {
  test('passes when every saboteur was noticed', () => {
    expect(sampleProof(['killed', 'killed'])).toMatchObject({ verdict: 'pass', killRate: 100, counts: { checks: 2, saboteurs: 2, killed: 2, survived: 0 } });
  });

  test.each(['survived', 'not-green', 'not-run'] as const)('one %s is enough to fail', (outcome) => {
    expect(sampleProof(['killed', outcome])).toMatchObject({ verdict: 'fail', killRate: 50 });
  });

  test('what is muted is counted apart: it neither fails the proof nor makes it better', () => {
    expect(sampleProof(['killed', 'muted'])).toMatchObject({
      verdict: 'pass',
      killRate: 100,
      counts: { checks: 2, saboteurs: 2, killed: 1, muted: 1, notGreen: 0 },
    });
    expect(sampleProof(['killed', 'muted', 'survived'])).toMatchObject({ verdict: 'fail', killRate: 50 });
    expect(sampleProof(['muted'])).toMatchObject({ verdict: 'fail', killRate: 0 });
  });

  test('100 % is never rounded up to', () => {
    expect(sampleProof([...Array<'killed'>(2999).fill('killed'), 'survived']).killRate).toBe(99.9);
  });

  test('nothing broken is nothing proven', () => {
    expect(sampleProof([])).toMatchObject({ verdict: 'fail', killRate: 0 });
  });
});
