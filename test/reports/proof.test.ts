import { describe, expect, test } from 'vitest';
import { proofText } from '../../scripts/reports/proof.ts';
import { sabotageRow, sampleProof } from './sample-proof.ts';

describe('proofText', () => {
  test('says the kill rate and how long it took', () => {
    expect(proofText(sampleProof(['killed', 'killed']))).toBe(
      [
        '  component  saboteurs  noticed',
        '  door          2          2',
        '',
        'Broken in 61.0 s (tcg); a saboteur took 2.0 s in the middle',
        'shop-web-testian-1: PASS, kill rate 100 %: 2 of 2 saboteurs were noticed',
        '',
      ].join('\n'),
    );
  });

  test('names every survivor, with its saboteur and with what was found', () => {
    const text = proofText({ ...sampleProof(['survived']), rows: [sabotageRow({ outcome: 'survived', found: 'locked', complaint: 'exit 1: no key' })] });
    for (const part of [
      'SURVIVED  door.locked: the door is locked',
      'saboteur: guest: unlock',
      'it said:  exit 1: no key',
      'found:    locked',
      'FAIL, kill rate 0 %',
    ])
      expect(text).toContain(part);
  });

  test('what is muted is named with its reason and its last day, and is no failure', () => {
    const muted = { check: 'door.1', reason: 'the lock is slow here', see: 'https://bugs.example/1', until: '2026-12-31' };
    const proof = sampleProof(['killed', 'muted']);
    const text = proofText({ ...proof, rows: proof.rows.map((row) => (row.outcome === 'muted' ? { ...row, muted } : row)) });
    expect(text).toContain('MUTED  door.1: the door is locked');
    expect(text).toContain('muted until 2026-12-31: the lock is slow here (https://bugs.example/1)');
    expect(text).toContain('PASS, kill rate 100 %: 1 of 2 saboteurs were noticed, 1 muted: the check is known to fail here');
  });

  test('tells a survivor from what could not be judged, and a part from the whole', () => {
    const text = proofText(sampleProof(['killed', 'not-green', 'not-run'], { partial: true }));
    expect(text).toContain('1 could not be judged: the check fails on the good disk, 1 gave no answer; only a part of the saboteurs was asked for');
    expect(text).not.toContain('survived');
  });
});
