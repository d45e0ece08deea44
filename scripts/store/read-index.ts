import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { StoreIndex } from '../model/release.ts';
import { EMPTY_INDEX, parseIndex } from './index-text.ts';

/** The command that every message about a broken store names. */
export const REPAIR_COMMAND = 'npm run images -- --repair';

/** Reads a store's index: a missing one is an empty store, anything else that cannot be trusted is refused. */
export async function readIndex(host: Host, storeDir: string): Promise<StoreIndex> {
  const path = join(storeDir, 'index.json');
  const kind = (await host.files.stat(path))?.kind;
  if (kind === undefined) return EMPTY_INDEX;
  if (kind !== 'file') throw corrupt(path, 'it is not a file');
  const result = parseIndex(await readText(host, path));
  if ('index' in result) return result.index;
  throw corrupt(path, result.reason);
}

/** The error for a store whose parts contradict each other. */
export function storeCorrupt(what: string, details: readonly string[] = []): BakeError {
  return new BakeError('STORE_CORRUPT', { what, fix: `Rebuild the index from the releases: \`${REPAIR_COMMAND}\``, details });
}

async function readText(host: Host, path: string): Promise<string> {
  try {
    return await host.files.readText(path);
  } catch (error) {
    throw corrupt(path, error instanceof Error ? error.message : String(error));
  }
}

function corrupt(path: string, reason: string): BakeError {
  return storeCorrupt(`The index of the store cannot be trusted: ${reason}`, [`file: ${path}`]);
}
