import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { TextPlace, Trust, Voucher } from '../../model/trust.ts';
import { splitSignature } from '../../plan/embedded-signature.ts';
import type { IndexText } from '../shelf.ts';
import { checkSignature, type Signed } from './check-signature.ts';
import { memoryPath, recall, remember } from './store-memory.ts';
import { SIGNERS_FILE, SIGNERS_SIGNATURE, trustOf, unsignedIsWanted } from './trust-of.ts';

/** Reads a store's index through its signature, and refuses one that is older than what was seen before. Resolves with the text as it was signed. */
export async function readSignedIndex(host: Host, place: TextPlace, read: () => Promise<IndexText | undefined>): Promise<IndexText | undefined> {
  // Before the index is read: a store only ever grows, so what comes after may be newer, never older.
  const memory = await recall(host, place.location);
  const file = await read();
  if (file === undefined) return undefined;
  const { text, signature } = splitSignature(file.text);
  const signed = { ...file, text };
  const trust = await trustOf(host, place, memory);
  const voucher = await vouched(host, place, { kind: 'index', text, signature, trust, name: 'index.json' });
  const generation = generationOf(text);
  if (voucher === undefined || generation === undefined) return signed;
  if (generation < memory.generation) throw replayed(host, place, { generation, seen: memory.generation });
  await remember(host, { ...memory, generation, signers: trust?.origin === 'configured' ? memory.signers : (trust?.signers ?? null) });
  return signed;
}

/**
 * Reads an index that is put together from the releases: it has no signature of its own, each of them has. Whose those must be is remembered from the first look
 * on; releases of which nobody says whose they must be are refused, unless they were asked for.
 */
export async function readDerivedIndex(host: Host, place: TextPlace, read: () => Promise<IndexText | undefined>): Promise<IndexText | undefined> {
  const file = await read();
  const memory = await recall(host, place.location);
  const trust = await trustOf(host, place, memory);
  if (trust === undefined && !unsignedIsWanted(host) && file !== undefined && !/"releases": ?\[\s*\]/.test(file.text))
    throw unsigned(place, 'it names no signers');
  if (trust !== undefined && trust.origin !== 'configured') await remember(host, { ...memory, signers: trust.signers });
  return file;
}

export interface SignedText {
  readonly kind: 'release' | 'provenance';
  readonly text: string;
  readonly signature: string | undefined;
  readonly imageId: string;
  /** Its day is the day on which the key had to be valid; the signed index vouches for it. */
  readonly version: string;
}

/** Refuses a list of digests, or a statement, that none of the store's signers signed; resolves with who did. */
export async function checkText(host: Host, place: TextPlace, { kind, text, signature, imageId, version }: SignedText): Promise<Voucher | undefined> {
  const trust = await trustOf(host, place);
  // Without signers the index has been refused already, unless it was asked for.
  if (trust === undefined) return undefined;
  return vouched(host, place, {
    kind,
    text,
    signature,
    trust,
    name: `${kind === 'release' ? 'SHA256SUMS' : 'the provenance'} of ${imageId}@${version}`,
    at: endOfDay(version, host.clock.now()),
  });
}

/** Whether the store's own list of signers was put there by one of those that are trusted; resolves with who did. */
export async function checkSigners(host: Host, place: TextPlace): Promise<Voucher | undefined> {
  const trust = await trustOf(host, place);
  const text = (await place.readText(SIGNERS_FILE)) ?? '';
  return vouched(host, place, { kind: 'signers', text, signature: await place.readText(SIGNERS_SIGNATURE), trust, name: SIGNERS_FILE });
}

/** The generation below which no index of this store is believed. */
export async function seenGeneration(host: Host, { location }: TextPlace): Promise<number> {
  return (await recall(host, location)).generation;
}

interface Claim extends Omit<Signed, 'signers'> {
  readonly trust: Trust | undefined;
  readonly name: string;
}

async function vouched(host: Host, place: TextPlace, { trust, name, ...signed }: Claim): Promise<Voucher | undefined> {
  if (trust === undefined) {
    if (unsignedIsWanted(host)) return undefined;
    throw unsigned(place, signed.signature === undefined ? 'it is not signed' : 'it names no signers');
  }
  const checked = await checkSignature(host, { ...signed, signers: trust.signers });
  if ('name' in checked) return checked;
  // One that was asked for without signatures gets through without one, never with a wrong one.
  if (signed.signature === undefined && trust.origin !== 'configured' && host.facts.env['INGOT_UNSIGNED'] === '1') return undefined;
  throw new BakeError('NOT_TRUSTED', {
    what: `The signature of ${name} in ${place.location} does not count: ${checked.reason}`,
    fix:
      signed.signature === undefined && signed.kind === 'release'
        ? 'Publish it again, so that it is signed; a release from before the store was signed is read all the same with INGOT_UNSIGNED=1'
        : 'Do not use it. Ask who publishes there; if the store is yours, `npm run repair` says what of it is whole and signed',
    details: [`trusted signers: ${trust.origin === 'configured' ? 'INGOT_TRUST' : trust.origin}`],
  });
}

/** A version begins with the day of its publication; of today only what has passed. */
function endOfDay(version: string, now: Date): Date {
  const end = new Date(`${version.slice(0, 10).replaceAll('.', '-')}T23:59:59Z`);
  return end < now ? end : now;
}

function unsigned({ location }: TextPlace, reason: string): BakeError {
  return new BakeError('NOT_TRUSTED', {
    what: `Nobody vouches for the store ${location}: ${reason}`,
    fix: 'If it is yours, sign it: `npm run repair`. To read it all the same: INGOT_UNSIGNED=1',
  });
}

function replayed(host: Host, { location }: TextPlace, { generation, seen }: { readonly generation: number; readonly seen: number }): BakeError {
  return new BakeError('NOT_TRUSTED', {
    what: `The store ${location} shows its index of generation ${generation}, and generation ${seen} was seen before: an older one was put in its place`,
    fix: `Ask who publishes there. If it was restored from a backup on purpose, remove ${memoryPath(host, location)}`,
  });
}

function generationOf(text: string): number | undefined {
  const [, digits] = /"generation": ?(\d{1,15})\b/.exec(text) ?? [];
  return digits === undefined ? undefined : Number(digits);
}
