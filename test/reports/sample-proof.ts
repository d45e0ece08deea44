import { proofOf } from '../../scripts/checks/proof-verdict.ts';
import type { Proof, SabotageOutcome, SabotageRow } from '../../scripts/model/proof.ts';

/** One saboteur's result, noticed unless told otherwise. */
export function sabotageRow(changes: Partial<SabotageRow> = {}): SabotageRow {
  return {
    check: 'door.locked',
    subject: 'door',
    property: 'the door is locked',
    saboteur: { where: 'guest', run: 'unlock' },
    outcome: 'killed',
    red: ['first-boot'],
    green: [],
    expected: '"locked"',
    found: 'open',
    seconds: 2,
    ...changes,
  };
}

/** A proof whose verdict follows from its rows. */
export function sampleProof(outcomes: readonly SabotageOutcome[], changes: Partial<Proof> = {}): Proof {
  const rows = outcomes.map((outcome, at) => sabotageRow({ check: `door.${at}`, outcome }));
  const facts = { parent: 'a', imageId: 'shop-web-testian-1', diskDigest: 'd', partial: false, accelerator: 'tcg', totalSeconds: 61 } as const;
  return { ...proofOf({ ...facts, rows, bootSeconds: { firstBoot: 60, reboot: 0 }, provenAt: '2026-11-29T00:00:00.000Z' }), ...changes };
}
