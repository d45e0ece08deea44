import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { SignedKind, TextPlace, TextSignature } from '../../model/trust.ts';
import { embedSignature } from '../../plan/embedded-signature.ts';
import { fingerprintOf, namespaceOf, signWithSsh } from '../../tools/ssh-keygen.ts';
import { signingKey, type SigningKey } from './signing-key.ts';
import { configuredSigners, SIGNERS_FILE, SIGNERS_SIGNATURE, trustOf } from './trust-of.ts';

/** Signs what is about to become a store's index; runs under the store's lock. */
export async function signIndex(host: Host, place: TextPlace, text: string): Promise<string> {
  const signature = await signText(host, place, { kind: 'index', text });
  return signature === undefined ? text : embedSignature(text, signature);
}

/** Signs one text of a store; undefined when the store is to stay without signatures. Runs under the store's lock. */
export async function signText(
  host: Host,
  place: TextPlace,
  { kind, text }: { readonly kind: SignedKind; readonly text: string },
): Promise<string | undefined> {
  const key = await signingKey(host);
  const trust = await trustOf(host, place);
  if (key === undefined) {
    if (trust === undefined) return undefined;
    throw refused(place, 'it is signed, and INGOT_SIGNING_KEY=none leaves it without a signature');
  }
  const signers = trust?.signers ?? (await foundTrust(host, place, key));
  if (!hasKey(signers, key)) throw refused(place, `${key.path} is not the key of one of its signers`);
  if ((await place.readText(SIGNERS_FILE)) === undefined) await writeSigners(host, place, { key, signers });
  return signWithSsh(host, { keyPath: key.path, kind, text });
}

/** The same for a statement in an envelope, which names its key. */
export async function signEnvelope(host: Host, place: TextPlace, text: string): Promise<TextSignature | undefined> {
  const sig = await signText(host, place, { kind: 'provenance', text });
  const key = sig === undefined ? undefined : await signingKey(host);
  return sig === undefined || key === undefined ? undefined : { sig, keyid: fingerprintOf(key.publicKey) };
}

/** The first to sign in a store says who its signers are: those that the caller trusts, else the caller alone. */
async function foundTrust(host: Host, place: TextPlace, key: SigningKey): Promise<string> {
  const signers = (await configuredSigners(host)) ?? signerLine(key.publicKey);
  await writeSigners(host, place, { key, signers });
  return signers;
}

async function writeSigners(host: Host, place: TextPlace, { key, signers }: { readonly key: SigningKey; readonly signers: string }): Promise<void> {
  await place.writeText(SIGNERS_SIGNATURE, await signWithSsh(host, { keyPath: key.path, kind: 'signers', text: signers }));
  await place.writeText(SIGNERS_FILE, signers);
}

/** One signer for all purposes. */
export function signerLine(publicKey: string, name = 'ingot'): string {
  const kinds: readonly SignedKind[] = ['index', 'release', 'provenance', 'signers', 'layer'];
  return `${name} namespaces="${kinds.map(namespaceOf).join(',')}" ${publicKey}\n`;
}

function hasKey(signers: string, { publicKey }: SigningKey): boolean {
  return signers.split('\n').some((line) => !line.startsWith('#') && line.includes(` ${publicKey}`));
}

function refused({ location }: TextPlace, reason: string): BakeError {
  return new BakeError('NOT_TRUSTED', {
    what: `Nothing can be published to ${location}: ${reason}`,
    fix: `Sign with a key that its ${SIGNERS_FILE} names (INGOT_SIGNING_KEY=FILE), or have one of its signers add yours: docs/trust.md`,
  });
}
