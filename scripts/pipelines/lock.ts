import { join } from 'node:path';
import { lockWishes } from '../config/lock-wishes.ts';
import { BakeError } from '../errors.ts';
import type { LockedImage } from '../model/distro.ts';
import type { LockResult, LockSummary, LockWish } from '../model/image-lock.ts';
import { renderLock } from '../render/lock-file.ts';
import { lookUpImage } from '../stages/look-up-image.ts';
import { runStage, type Desk } from '../stages/stage.ts';

export interface LockRequest {
  /** Ids or aliases. Empty: every distro that has an image of its vendor. */
  readonly distros: readonly string[];
  readonly dryRun: boolean;
  readonly cacheDir: string;
  /** Another folder of YAML than the project's own. */
  readonly configDir?: string;
}

/** Looks up the newest image of every vendor that was asked for and writes down which it is; one dead vendor does not stop the others. */
export async function lock(desk: Desk, request: LockRequest): Promise<LockSummary> {
  const configDir = request.configDir ?? join(desk.host.facts.projectDir, 'config');
  const workDir = join(request.cacheDir, 'locks');
  await desk.host.files.makeDir(workDir);
  const results: LockResult[] = [];
  for (const wish of await lockWishes(desk.host, request.distros, configDir)) {
    const result = await lockOne(desk, wish, workDir);
    results.push(result);
    if (result.status === 'failed' || result.status === 'unchanged' || request.dryRun) continue;
    await desk.host.files.makeDir(join(configDir, 'locks'));
    await desk.host.files.writeText(join(configDir, 'locks', `${wish.distroId}.yaml`), renderLock(result.after));
  }
  return { kind: 'LockSummary', schemaVersion: 1, results, written: !request.dryRun };
}

async function lockOne(desk: Desk, wish: LockWish, workDir: string): Promise<LockResult> {
  const { distroId: distro, current } = wish;
  const before = current ?? null;
  try {
    const after = await runStage(desk, lookUpImage, { wish, workDir });
    return { distro, before, after, status: before === null ? 'new' : isSame(before, after) ? 'unchanged' : 'changed' };
  } catch (error) {
    if (!(error instanceof BakeError) || error.code === 'INTERRUPTED' || error.code === 'BUG') throw error;
    return { distro, before, status: 'failed', code: error.code, what: error.what, fix: error.fix };
  }
}

/** The day of the look-up alone is no change. A signature that was checked is one. */
function isSame(before: LockedImage, after: LockedImage): boolean {
  return renderLock({ ...before, lockedOn: '' }) === renderLock({ ...after, lockedOn: '' });
}
