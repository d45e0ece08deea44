import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { StoreMemory, TextPlace, Trust } from '../../model/trust.ts';
import { checkSignature } from './check-signature.ts';
import { memoryPath, recall } from './store-memory.ts';

/** Public halves of the keys whose signatures a store's readers accept, in OpenSSH's format. */
export const SIGNERS_FILE = 'allowed-signers';
/** The same file, signed by one of those who were allowed before. */
export const SIGNERS_SIGNATURE = 'allowed-signers.sig';

/** Whose signatures count: those that the caller names, else those seen before, else those that the store brings. Undefined: none were ever named. */
export async function trustOf(host: Host, place: TextPlace, memory?: StoreMemory): Promise<Trust | undefined> {
  const configured = await configuredSigners(host);
  if (configured !== undefined) return { signers: configured, origin: 'configured' };
  const { signers: known } = memory ?? (await recall(host, place.location));
  const brought = await place.readText(SIGNERS_FILE);
  if (known === null) return brought === undefined ? undefined : { signers: brought, origin: 'first-use' };
  if (brought === undefined || brought === known) return { signers: known, origin: 'remembered' };
  const checked = await checkSignature(host, { kind: 'signers', text: brought, signature: await place.readText(SIGNERS_SIGNATURE), signers: known });
  if ('name' in checked) return { signers: brought, origin: 'remembered' };
  throw new BakeError('NOT_TRUSTED', {
    what: `The signers of the store ${place.location} are not those that were seen before: ${checked.reason}`,
    fix: `Ask the store's owner. When the change is right, name the new signers with INGOT_TRUST=FILE, or remove ${memoryPath(host, place.location)} to trust the store anew`,
  });
}

/** Lines of the file that INGOT_TRUST names: what a caller who brings their own signers is not talked out of by any store. */
export async function configuredSigners(host: Host): Promise<string | undefined> {
  const path = host.facts.env['INGOT_TRUST'] ?? '';
  if (path === '') return undefined;
  try {
    return await host.files.readText(path);
  } catch (error) {
    throw new BakeError('USAGE', {
      what: `INGOT_TRUST names ${path}, which cannot be read`,
      fix: "Give it the path of a file with the signers that you trust; a store's own is its `allowed-signers`",
      cause: error,
    });
  }
}

/** True when the caller said that a store without signatures is what is wanted. */
export function unsignedIsWanted({ facts: { env } }: Host): boolean {
  return env['INGOT_UNSIGNED'] === '1' || env['INGOT_SIGNING_KEY'] === 'none';
}
