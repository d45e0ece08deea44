import { budgetNumbers, sealedBudgetProbes } from '../checks/budget-probes.ts';
import { inventoryOf } from '../checks/inventory.ts';
import { notLookedInto } from '../checks/last-words.ts';
import type { Inventory } from '../model/inventory.ts';
import { buildTraces } from '../plan/build-words.ts';
import { loadInventoryProbe } from '../stages/load-inventory-probe.ts';
import { readConsole } from '../stages/read-console.ts';
import { readSealedDisk, type Sealed } from '../stages/read-sealed-disk.ts';
import { runStage, type Context } from '../stages/stage.ts';
import { walkGuest, type Examination, type Seen } from './walk-guest.ts';

/** What was seen of a disk: sealed, and running. */
export interface SeenDisk extends Seen {
  readonly inventory: Inventory | undefined;
}

/** A guest that is lost ends its walk, not the report: what was not reached is unknown. The disk is looked into while the guest boots from it: both only read it. */
export async function examineDisk(context: Context, plan: Examination): Promise<SeenDisk> {
  const { disk, declared } = plan;
  const onlySealed = plan.partial && declared.every(({ phase }) => phase === 'sealed');
  const looking = lookIntoDisk(context, plan);
  // What goes wrong there is told when the guest has ended: nothing is to be left running behind an error.
  const [look, walk] = await Promise.allSettled([looking, onlySealed ? NOT_BOOTED : walkGuest(context, plan)]);
  const [looked, walked] = [valueOf(look), valueOf(walk)];
  // Rows say it themselves; sizes and the inventory, which are only missing then, do not.
  if (looked.problem !== undefined) context.say({ type: 'note', message: notLookedInto(looked.problem) });
  const numbers = { diskMiB: Math.ceil(disk.fileSizeBytes / 2 ** 20), ...budgetNumbers(sealedBudgetProbes(plan.spec.budget), looked.facts), ...walked.numbers };
  const seen = { ...walked, numbers, inventory: inventoryOf(looked.facts), rows: [...looked.rows, ...walked.rows] };
  const ruled = declared.filter(({ phase }) => phase === 'console');
  if (seen.guest === undefined || ruled.length === 0) return seen;
  return { ...seen, rows: [...seen.rows, ...(await runStage(context, readConsole, { vm: seen.guest.vm, declared: ruled }))] };
}

async function lookIntoDisk(context: Context, plan: Examination): Promise<Sealed> {
  const { disk, env, scratchDir, nonce, spec } = plan;
  const declared = plan.declared.filter(({ phase }) => phase === 'sealed');
  const facts = plan.partial ? [] : [...sealedBudgetProbes(spec.budget), await loadInventoryProbe(context.host)];
  const traced = { ...env, ...buildTraces(spec, context.host.facts) };
  return runStage(context, readSealedDisk, { disk, declared, facts, env: traced, scratchDir, nonce, probeMs: plan.deadlines.sealedProbeMs });
}

function valueOf<T>(settled: PromiseSettledResult<T>): T {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}

const NOT_BOOTED: Seen = {
  ...{ rows: [], guest: undefined, problem: undefined, openPorts: undefined, evidence: new Map() },
  ...{ bootSeconds: { firstBoot: 0, reboot: 0 }, bootCharts: {}, numbers: {}, referenceSeconds: undefined },
};
