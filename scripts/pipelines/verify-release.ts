import { BakeError } from '../errors.ts';
import type { ReleaseCheck, ReleaseFolder, ReleaseLink } from '../model/release-check.ts';
import type { Voucher } from '../model/trust.ts';
import { openEnvelope, preAuthEncoding } from '../plan/dsse.ts';
import { subjectLink } from '../plan/provenance.ts';
import { releaseLinks } from '../plan/release-links.ts';
import { PROVENANCE } from '../stages/describe-release.ts';
import { inspectRelease } from '../stages/inspect-release.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { openStore } from '../store/open-store.ts';
import { SUMS } from '../store/pack-release.ts';
import type { UncheckedRelease } from '../store/store.ts';
import { checkOtherwise } from '../store/trust/other-signatures.ts';
import { SUMS_SIGNATURE } from '../store/trust/trusted-shelf.ts';
import { resolveReference } from './resolve-reference.ts';

/** Follows the whole chain of a release, from the store's signers to every byte, and says of each link whether it holds. */
export async function verifyRelease(
  desk: Desk,
  { storeLocation, reference }: { readonly storeLocation: string; readonly reference: string },
): Promise<ReleaseCheck> {
  const store = openStore(desk.host, storeLocation);
  const signers = await linkOf('allowed-signers', () => store.voucherOfSigners());
  const index = await tried('index.json', () => store.readIndex());
  if ('link' in index) return checkOf(storeLocation, reference, [signers, index]);
  const opened = await store.openUnchecked(await resolveReference(desk, store, reference));
  const folder = await runStage(desk, inspectRelease, opened);
  // Of the very list that the files were held against: a server may give another one when it is asked again.
  const signature = await opened.readText(SUMS_SIGNATURE);
  const sums = await linkOf('SHA256SUMS and SHA256SUMS.sig', () => opened.voucherOfSums(folder.texts[SUMS] ?? '', signature));
  const origin = [...(await checkOtherwise(desk.host, folder.texts)), ...(await provenanceLinks(opened, folder))];
  // Reading it has checked its signature; only whether one was asked for at all is left to say.
  const indexLink: ReleaseLink = { link: 'index.json', outcome: signers.outcome === 'skip' ? 'skip' : 'pass', found: `generation ${index.value.generation}` };
  const { imageId, version } = opened.entry;
  return checkOf(storeLocation, `${imageId}@${version}`, [signers, indexLink, sums, ...releaseLinks(folder, opened.entry), ...origin]);
}

/** Releases of earlier days have none; that one was there and was taken away, the list of digests says. */
async function provenanceLinks({ entry, voucherOfText }: UncheckedRelease, { texts }: ReleaseFolder): Promise<readonly ReleaseLink[]> {
  const text = texts[PROVENANCE];
  if (text === undefined) return [];
  const envelope = openEnvelope(text);
  if (envelope === undefined) return [{ link: `${PROVENANCE} and disk.qcow2`, outcome: 'fail', found: 'it is not an envelope' }];
  const signed = await linkOf(`signature of ${PROVENANCE}`, () => voucherOfText(preAuthEncoding(envelope.payload), envelope.signature));
  return [signed, subjectLink(PROVENANCE, envelope.payload, entry.sha256)];
}

async function linkOf(link: string, check: () => Promise<Voucher | undefined>): Promise<ReleaseLink> {
  const checked = await tried(link, check);
  if ('link' in checked) return checked;
  if (checked.value === undefined) return { link, outcome: 'skip', found: 'not signed, as was asked for' };
  return { link, outcome: 'pass', found: `signed by ${checked.value.name}, ${checked.value.fingerprint}` };
}

/** What came of an attempt; that the store cannot be relied on is a finding here, not an end. */
async function tried<T>(link: string, attempt: () => Promise<T>): Promise<{ readonly value: T } | ReleaseLink> {
  try {
    return { value: await attempt() };
  } catch (error) {
    if (!(error instanceof BakeError) || !['NOT_TRUSTED', 'STORE_CORRUPT'].includes(error.code)) throw error;
    return { link, outcome: 'fail', found: error.what };
  }
}

function checkOf(store: string, release: string, links: readonly ReleaseLink[]): ReleaseCheck {
  const verdict = links.every(({ outcome }) => outcome === 'pass') ? 'pass' : 'fail';
  return { kind: 'ReleaseCheck', schemaVersion: 1, store, release, verdict, links };
}
