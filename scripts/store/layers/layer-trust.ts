import type { Host } from '../../host/host.ts';
import type { Say } from '../../model/event.ts';
import { signerLine } from '../trust/sign-text.ts';
import { signingKey } from '../trust/signing-key.ts';
import { configuredSigners } from '../trust/trust-of.ts';

/** Whose layers are taken here, and with which key this run signs its own. */
export interface LayerTrust {
  /** Lines in the format of OpenSSH's ALLOWED SIGNERS. */
  readonly signers: string;
  /** Absent: this run only reads. */
  readonly keyPath?: string;
}

/**
 * Whose layers count: the signers of INGOT_TRUST, else the key that INGOT_SIGNING_KEY names. A place is never asked whom to trust, as a store
 * is on first sight: what it holds goes into images. Undefined, and said, where nobody is named.
 */
export async function layerTrust(host: Host, { write, say }: { readonly write: boolean; readonly say: Say }): Promise<LayerTrust | undefined> {
  const named = !['', 'none'].includes(host.facts.env['INGOT_SIGNING_KEY'] ?? '');
  const configured = await configuredSigners(host);
  // A key that is made because there is none would be nobody's that others know.
  const key = named && (write || configured === undefined) ? await signingKey(host) : undefined;
  const signers = configured ?? (key === undefined ? undefined : signerLine(key.publicKey));
  if (signers === undefined) {
    say({ type: 'note', message: 'Shared layers are not used: name whose count with INGOT_TRUST=FILE, or a key with INGOT_SIGNING_KEY=FILE' });
    return undefined;
  }
  if (write && key === undefined)
    say({ type: 'note', message: 'Layers are not shared with others: INGOT_LAYER_CACHE_WRITE=1 needs a key that signs them, INGOT_SIGNING_KEY=FILE' });
  return { signers, ...(write && key !== undefined ? { keyPath: key.path } : {}) };
}
