import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import type { TextPlace, Voucher } from '../../model/trust.ts';
import { parseChecksums } from '../../plan/checksum-list.ts';
import { digestOfText } from '../../plan/digest.ts';
import { MANIFEST, SUMS } from '../pack-release.ts';
import type { Shelf } from '../shelf.ts';
import type { ReleaseName, StoreWriter } from '../store.ts';
import { checkSigners, checkText, readDerivedIndex, readSignedIndex, seenGeneration } from './check-texts.ts';
import { signOtherwise } from './other-signatures.ts';
import { signEnvelope, signIndex, signText } from './sign-text.ts';

/** The signature over a release's list of digests. */
export const SUMS_SIGNATURE = 'SHA256SUMS.sig';

/** A place whose index and releases are signed when they are written, and checked whenever they are read. */
export interface TrustedShelf extends Shelf {
  /** The index as it lies there, whoever wrote it: for a repair alone. */
  readonly readUnchecked: Shelf['readIndexText'];
  /** The highest generation of the index that this reader has seen. */
  readonly seenGeneration: () => Promise<number>;
  /** Who put the list of signers there. */
  readonly voucherOfSigners: () => Promise<Voucher | undefined>;
  /** A text of a release as its publisher signed it: anything else is refused. */
  readonly readSigned: Shelf['readText'];
  readonly sign: StoreWriter['sign'];
  /** Who signed the text of an envelope of a release. */
  readonly voucherOfText: (name: ReleaseName, signed: { readonly text: string; readonly signature: string | undefined }) => Promise<Voucher | undefined>;
  /** Who signed the list of digests of a release; undefined when an unsigned one was asked for. */
  readonly voucherOfSums: TrustedShelf['voucherOfText'];
}

/** Puts signatures between a store and the place where it lies: no place has to know of them. */
export function trustedShelf(host: Host, shelf: Shelf): TrustedShelf {
  const place = textPlace(shelf);
  const voucherOfSums: TrustedShelf['voucherOfSums'] = ({ imageId, version }, signed) =>
    checkText(host, place, { kind: 'release', ...signed, imageId, version });
  const readSums = async (name: ReleaseName): Promise<{ readonly sums: string; readonly voucher: Voucher | undefined }> => {
    const [text = '', signature] = [await shelf.readText(name, SUMS), await shelf.readText(name, SUMS_SIGNATURE)];
    return { sums: text, voucher: await voucherOfSums(name, { text, signature }) };
  };
  return {
    ...shelf,
    readIndexText: () => (shelf.derivesIndex ? readDerivedIndex : readSignedIndex)(host, place, shelf.readIndexText),
    replaceIndexText: async (text, read) => shelf.replaceIndexText(shelf.derivesIndex ? text : await signIndex(host, place, text), read),
    writeRelease: async (packed) => {
      const sums = packed.files.find(({ name }) => name === SUMS)?.text ?? '';
      const signature = await signText(host, place, { kind: 'release', text: sums });
      // The list of digests comes last: where it is, the release is whole.
      const signatures = [...(signature === undefined ? [] : [{ name: SUMS_SIGNATURE, text: signature }]), ...(await signOtherwise(host, sums))];
      await shelf.writeRelease({ ...packed, files: [...packed.files.slice(0, -1), ...signatures, ...packed.files.slice(-1)] });
    },
    readUnchecked: shelf.readIndexText,
    voucherOfSigners: () => checkSigners(host, place),
    seenGeneration: () => seenGeneration(host, place),
    sign: (text) => signEnvelope(host, place, text),
    voucherOfText: ({ imageId, version }, signed) => checkText(host, place, { kind: 'provenance', ...signed, imageId, version }),
    voucherOfSums,
    readSigned: async (name, file) => {
      const text = await shelf.readText(name, file);
      if (text === undefined) return undefined;
      const { sums, voucher } = await readSums(name);
      // These two vouch for the others.
      if (voucher === undefined || file.startsWith(SUMS)) return text;
      if (parseChecksums(sums)?.find((sum) => sum.name === file)?.sha256 === digestOfText(text)) return text;
      throw changed(name, file);
    },
  };
}

/** What signing needs of a place. */
export function textPlace({ location, readNote, writeNote }: Shelf): TextPlace {
  return { location, readText: readNote, writeText: writeNote };
}

function changed({ imageId, version }: ReleaseName, file: string): BakeError {
  const name = `${imageId}@${version}`;
  return new BakeError('NOT_TRUSTED', {
    what: `The ${file === MANIFEST ? 'manifest' : file} of ${name} is not the one that was signed`,
    fix: `Do not use it. \`npm run verify-release -- ${name}\` names every file that changed`,
  });
}
