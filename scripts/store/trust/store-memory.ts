import { join } from 'node:path';
import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { StoreMemory } from '../../model/trust.ts';
import { digestOfText } from '../../plan/digest.ts';
import { readOrUndefined } from '../process-identity.ts';
import { configDir } from './config-dir.ts';

/** What this reader knows of a store; a store that was never read is remembered as nothing. */
export async function recall(host: Host, location: string): Promise<StoreMemory> {
  const path = memoryPath(host, location);
  if (!(await host.files.exists(path))) return { kind: 'StoreMemory', schemaVersion: 1, location, generation: 0, signers: null };
  const memory = parse((await readOrUndefined(host, path)) ?? '');
  if (memory?.location === location) return memory;
  throw new BakeError('NOT_TRUSTED', {
    what: `What is remembered of the store ${location} cannot be read`,
    fix: `Remove ${path}, once you know that the store is the right one: it is then trusted anew`,
  });
}

/** Keeps what was seen; written only when something is new. */
export async function remember(host: Host, memory: StoreMemory): Promise<void> {
  const known = await recall(host, memory.location);
  const next = { ...memory, generation: Math.max(known.generation, memory.generation) };
  if (known.generation === next.generation && known.signers === next.signers) return;
  const path = memoryPath(host, memory.location);
  try {
    await host.files.makeDir(join(configDir(host), 'stores'));
    await host.files.writeText(path, `${JSON.stringify(next, undefined, 2)}\n`, 0o600);
  } catch (error) {
    throw new BakeError('STORE_NOT_WRITABLE', {
      what: `What was seen of the store ${memory.location} cannot be kept in ${configDir(host)}`,
      fix: 'Name a folder that you can write to: INGOT_CONFIG_DIR=DIR',
      cause: error,
    });
  }
}

/** The file of one store: what a message names when it has to be removed by hand. */
export function memoryPath(host: Host, location: string): string {
  return join(configDir(host), 'stores', `${digestOfText(location).slice(0, 32)}.json`);
}

function parse(text: string): StoreMemory | undefined {
  try {
    const memory = JSON.parse(text) as StoreMemory;
    const isWhole = memory.kind === 'StoreMemory' && memory.schemaVersion === 1 && Number.isSafeInteger(memory.generation);
    return isWhole && (memory.signers === null || typeof memory.signers === 'string') ? memory : undefined;
  } catch {
    return undefined;
  }
}
