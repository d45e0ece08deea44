import type { Proof, SabotageOutcome } from '../model/proof.ts';

/** Counts what was noticed. Only a check that noticed its saboteur counts for it: one that was not green before, or gave no answer, is not proven. */
export function proofOf(seen: Omit<Proof, 'kind' | 'schemaVersion' | 'verdict' | 'counts' | 'killRate'>): Proof {
  const many = (outcome: SabotageOutcome): number => seen.rows.filter((row) => row.outcome === outcome).length;
  const saboteurs = seen.rows.length;
  const killed = many('killed');
  return {
    ...{ kind: 'Proof', schemaVersion: 1 },
    ...seen,
    verdict: saboteurs > 0 && killed === saboteurs ? 'pass' : 'fail',
    counts: { checks: saboteurs, saboteurs, killed, survived: many('survived'), notGreen: many('not-green'), notRun: many('not-run') },
    // Rounded down: 100 means all of them.
    killRate: saboteurs === 0 ? 0 : Math.floor((killed / saboteurs) * 1000) / 10,
  };
}
