import { join } from 'node:path';
import type { IndexEntry } from '../model/release.ts';
import { checkKeepRule, planPrune, type KeepRule, type KeptRelease } from '../plan/prune-plan.ts';
import type { Desk } from '../stages/stage.ts';
import { removeUnusedFetchedDisks, unusedFetchedDisks, type FetchedDisk } from '../store/fetched-disks.ts';
import { openStore } from '../store/open-store.ts';
import { removeStaleParts } from '../store/stale-parts.ts';
import { listVmFolders } from '../store/vm-folders.ts';
import { writeCatalogue } from './write-catalogue.ts';

export interface PruneRequest extends KeepRule {
  readonly storeLocation: string;
  /** False: only says what would go. */
  readonly apply: boolean;
  /** Where this host keeps disks that it has fetched. */
  readonly buildDir: string;
}

export interface PruneResult {
  readonly applied: boolean;
  readonly kept: readonly KeptRelease[];
  readonly dropped: readonly IndexEntry[];
  /** Disks that were fetched from stores elsewhere, and kept on this host. */
  readonly droppedDisks: readonly FetchedDisk[];
  readonly freedBytes: number;
}

/** Drops old releases, never the newest of an image nor what a channel or a running VM uses; and old copies of disks from stores elsewhere. */
export async function prune(desk: Desk, request: PruneRequest): Promise<PruneResult> {
  checkKeepRule(request);
  const store = openStore(desk.host, request.storeLocation);
  if (!request.apply) return resultOf(request, await planNow(desk, request), await unusedFetchedDisks(desk.host, request.keepDays));
  const parts = await removeStaleParts(desk.host, join(request.buildDir, 'cache'));
  if (parts > 0) desk.say({ type: 'note', message: `Removed ${parts} file(s) of downloads that nobody has gone on with for a week` });
  const disks = await removeUnusedFetchedDisks(desk.host, request.keepDays);
  for (const message of await store.prepare()) desk.say({ type: 'note', message });
  return store.exclusively('prune the store', async (locked) => {
    const plan = await planNow(desk, request);
    for (const entry of plan.drop) await locked.remove(entry);
    if (plan.drop.length > 0) await writeCatalogue(desk, store);
    return resultOf(request, plan, disks);
  });
}

async function planNow({ host }: Desk, { storeLocation, keepNewest, keepDays }: PruneRequest): Promise<ReturnType<typeof planPrune>> {
  const vms = await listVmFolders(host);
  const inUse = vms.filter(({ state }) => state === 'running' || state === 'starting').map(({ record }) => record);
  return planPrune(await openStore(host, storeLocation).readIndex(), { keepNewest, keepDays, now: host.clock.now(), inUse });
}

function resultOf({ apply }: PruneRequest, plan: ReturnType<typeof planPrune>, disks: readonly FetchedDisk[]): PruneResult {
  const freedBytes = [...plan.drop, ...disks].reduce((sum, { sizeBytes }) => sum + sizeBytes, 0);
  return { applied: apply, kept: plan.keep, dropped: plan.drop, droppedDisks: disks, freedBytes };
}
