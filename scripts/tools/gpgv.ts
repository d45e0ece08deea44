import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';

export interface DetachedSignature {
  readonly filePath: string;
  readonly signaturePath: string;
  readonly keyringPath: string;
  /** The only key whose signature counts, whatever else the key ring holds. */
  readonly fingerprint: string;
  /** What is signed, for people. */
  readonly what: string;
}

/** Refuses a file unless the pinned key has signed it and is still valid. */
export async function checkDetached(host: Host, { filePath, signaturePath, keyringPath, fingerprint, what }: DetachedSignature): Promise<void> {
  const { stdout, stderr } = await host.run(['gpgv', '--status-fd', '1', '--keyring', keyringPath, signaturePath, filePath], { reject: false });
  const fault = signatureFault(stdout, fingerprint);
  if (fault === undefined) return;
  throw new BakeError('DIGEST_MISMATCH', {
    what: `${what} ${fault}`,
    fix: 'Nothing was locked. Do not use this mirror; if the vendor has a new key, compare its fingerprint with the vendor’s own page before writing it into the distro’s YAML',
    details: [`expected a signature by ${fingerprint}`, ...stderr.trim().split('\n').slice(-4)],
  });
}

const FAULTS = [
  ['BADSIG', 'is not what its vendor has signed: the signature is wrong'],
  ['REVKEYSIG', 'is signed by a key that its owner has revoked'],
  ['EXPKEYSIG', 'is signed by a key that has expired'],
  ['EXPSIG', 'has a signature that has expired'],
  ['GOODSIG', 'is signed by another key than the pinned one'],
  ['NO_PUBKEY', 'is signed by another key than the pinned one'],
] as const;

/** What is wrong with a signature, from gpgv's status lines; undefined when the pinned key made one and is valid. gpgv itself is content with an expired key. */
export function signatureFault(status: string, fingerprint: string): string | undefined {
  const signatures = status.split(/^\[GNUPG:\] NEWSIG.*$/m).slice(1);
  const isPinned = (signature: string): boolean => signersOf(signature).includes(fingerprint);
  if (signatures.some((signature) => says(signature, 'GOODSIG') && isPinned(signature))) return undefined;
  return FAULTS.find(([word]) => signatures.some((signature) => says(signature, word)))?.[1] ?? 'has no signature that can be read';
}

function says(signature: string, word: string): boolean {
  return new RegExp(`^\\[GNUPG:\\] ${word}\\b`, 'm').test(signature);
}

/** VALIDSIG names the key that signed, and last the primary key that it belongs to. */
function signersOf(signature: string): readonly string[] {
  const words = /^\[GNUPG:\] VALIDSIG (.+)$/m.exec(signature)?.[1]?.split(' ') ?? [];
  return [words.at(0) ?? '', words.at(-1) ?? ''];
}

/** A key as gpgv reads it: an ASCII-armoured file holds the same bytes in base64. */
export function dearmored(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes).toString('latin1');
  const blocks = [
    ...text.matchAll(/-----BEGIN PGP PUBLIC KEY BLOCK-----\r?\n(?:[A-Za-z]+: .*\r?\n)*\r?\n([A-Za-z0-9+/=\r\n]+?)(?:\r?\n=[A-Za-z0-9+/]{4})?\r?\n-----END/g),
  ];
  return blocks.length === 0 ? bytes : Buffer.concat(blocks.map(([, body = '']) => Buffer.from(body, 'base64')));
}
