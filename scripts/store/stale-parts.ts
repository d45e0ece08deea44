import { join } from 'node:path';
import type { Host } from '../host/host.ts';

/** What came of a fetch that was cut short, and beside it what the server said of the file. */
const PART = /\.part(?:\.headers)?$/;
const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const DEPTH = 2;

/** Removes from a cache what was fetched in part and not gone on with for a week; what is younger stays, as its message promises. Returns how many files went. */
export function removeStaleParts(host: Host, cacheDir: string): Promise<number> {
  return removeBelow(host, cacheDir, DEPTH);
}

async function removeBelow(host: Host, dir: string, depth: number): Promise<number> {
  let removed = 0;
  for (const name of await host.files.list(dir)) {
    const path = join(dir, name);
    const stat = await host.files.stat(path);
    if (stat?.kind === 'directory' && depth > 1) removed += await removeBelow(host, path, depth - 1);
    if (stat?.kind !== 'file' || !PART.test(name) || host.clock.now().getTime() - stat.modifiedMs < KEPT_MS) continue;
    await host.files.remove(path);
    removed += 1;
  }
  return removed;
}
