import type { Proof, SabotageOutcome } from '../model/proof.ts';

/** Counts what was noticed. Only a check that noticed its saboteur counts for it: one that was not green before, or gave no answer, is not proven; one that is muted is not asked. */
export function proofOf(seen: Omit<Proof, 'kind' | 'schemaVersion' | 'verdict' | 'counts' | 'killRate'>): Proof {
  const many = (outcome: SabotageOutcome): number => seen.rows.filter((row) => row.outcome === outcome).length;
  const saboteurs = seen.rows.length;
  const killed = many('killed');
  const asked = saboteurs - many('muted');
  return {
    ...{ kind: 'Proof', schemaVersion: 1 },
    ...seen,
    verdict: asked > 0 && killed === asked ? 'pass' : 'fail',
    counts: { checks: saboteurs, saboteurs, killed, survived: many('survived'), notGreen: many('not-green'), notRun: many('not-run'), muted: many('muted') },
    // Rounded down: 100 means all of them.
    killRate: asked === 0 ? 0 : Math.floor((killed / asked) * 1000) / 10,
  };
}
