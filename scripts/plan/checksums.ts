import { BakeError } from '../errors.ts';
import type { FileDigest } from '../model/distro.ts';

const DIGITS = { sha256: 64, sha512: 128 } as const;
const GNU_LINE = /^([0-9a-f]{64}|[0-9a-f]{128}) [ *](.+)$/i;
const BSD_LINE = /^SHA(?:2-)?(256|512) ?\((.+)\) ?= ?([0-9a-f]+)$/i;

/** The digest that a vendor's checksum file gives for one file, whatever form the vendor chose: GNU or BSD lines, or JSON; the longer hash when there are two. */
export function checksumOf(text: string, fileName: string): FileDigest | undefined {
  const found = /^\s*[[{]/.test(text) ? fromJson(text, fileName) : fromLines(text, fileName);
  const sha512 = only(found, 'sha512', fileName);
  return sha512 ?? only(found, 'sha256', fileName);
}

/** A file that names one image twice, differently, was put together by mistake or by somebody else. */
function only(found: readonly FileDigest[], algorithm: FileDigest['algorithm'], fileName: string): FileDigest | undefined {
  const digests = [...new Set(found.filter((digest) => digest.algorithm === algorithm).map(({ hex }) => hex))];
  if (digests.length > 1) {
    throw new BakeError('DIGEST_MISMATCH', {
      what: `The vendor's checksum file names ${fileName} with ${digests.length} different digests`,
      fix: 'Do not use it; try again later, or ask the vendor',
      details: digests.map((hex) => `${algorithm} ${hex}`),
    });
  }
  const [hex] = digests;
  return hex === undefined ? undefined : { algorithm, hex };
}

function fromLines(text: string, fileName: string): readonly FileDigest[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, bits, bsdName, bsdHex] = BSD_LINE.exec(line) ?? [];
    const [, gnuHex, gnuName] = GNU_LINE.exec(line) ?? [];
    const name = (bsdName ?? gnuName ?? '').replace(/^\.\//, '');
    const digest = digestOfHex(bsdHex ?? gnuHex ?? '');
    if (name !== fileName || digest === undefined || (bits !== undefined && digest.algorithm !== `sha${bits}`)) return [];
    return [digest];
  });
}

function fromJson(text: string, fileName: string): readonly FileDigest[] {
  try {
    return digestsOf(JSON.parse(text), fileName);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    throw new BakeError('DIGEST_MISMATCH', {
      what: 'The vendor’s checksum file begins like JSON and is none',
      fix: 'Try again later, or another mirror',
      cause,
    });
  }
}

/** Vendors nest differently, so the shape does not count: the smallest part that names this image and no other holds its digest. */
function digestsOf(value: unknown, fileName: string): readonly FileDigest[] {
  if (Array.isArray(value)) return value.flatMap((item) => digestsOf(item, fileName));
  if (typeof value !== 'object' || value === null) return [];
  const names = new Set(textsIn(value).flatMap(imageNames));
  if (!names.has(fileName)) return [];
  if (names.size === 1) return textsIn(value).flatMap((text) => digestOfText(text) ?? []);
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) =>
    key === fileName ? textsIn(child).flatMap((text) => digestOfText(text) ?? []) : digestsOf(child, fileName),
  );
}

/** Every key and every text inside a value. */
function textsIn(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  if (Array.isArray(value)) return value.flatMap(textsIn);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, child]: [string, unknown]) => [key, ...textsIn(child)]);
}

/** Names of disk images in a text: a bare name, a path or a URL. */
function imageNames(text: string): readonly string[] {
  const name = text.split(/[?#]/)[0]?.split('/').at(-1) ?? '';
  return /\.(?:qcow2|img|raw|iso|ova|vmdk|xz|gz|tar|box|vhd|vhdx|zip)$/.test(name) ? [name] : [];
}

function digestOfText(text: string): FileDigest | undefined {
  const [, algorithm, written] = /^(sha256|sha512):(.+)$/.exec(text) ?? [];
  const digest = digestOfHex(written ?? text) ?? digestOfBase64(written ?? '');
  return algorithm !== undefined && digest?.algorithm !== algorithm ? undefined : digest;
}

function digestOfHex(text: string): FileDigest | undefined {
  const algorithm = algorithmOf(text.length);
  return algorithm !== undefined && /^[0-9a-f]+$/i.test(text) ? { algorithm, hex: text.toLowerCase() } : undefined;
}

function digestOfBase64(text: string): FileDigest | undefined {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(text)) return undefined;
  return digestOfHex(Buffer.from(text, 'base64').toString('hex'));
}

function algorithmOf(digits: number): FileDigest['algorithm'] | undefined {
  return digits === DIGITS.sha256 ? 'sha256' : digits === DIGITS.sha512 ? 'sha512' : undefined;
}
