import type { ReleaseFolder, ReleaseLink } from '../model/release-check.ts';
import type { IndexEntry, Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { parseChecksums } from './checksum-list.ts';
import { digestOf } from './digest.ts';

/** Signatures lie beside the list of digests: they cannot be in it. */
const BESIDE_THE_LIST = /^SHA256SUMS(?:\.(?:sig|asc|cosign\.bundle))?$/;

/** Every link from a signed list of digests to the files, from the manifest to the index, and from the report to the disk. */
export function releaseLinks({ files, texts }: ReleaseFolder, entry: IndexEntry): readonly ReleaseLink[] {
  const manifest = documentOf(texts['manifest.json'], 'Release');
  const report = documentOf(texts['report.json'], 'VerificationReport');
  return [...fileLinks({ files, texts }), ...documentLinks({ manifest, report }, entry)];
}

/** The links between a release's own documents and the index: all that can be followed without its other files. */
export function documentLinks(
  { manifest, report }: { readonly manifest: Release | undefined; readonly report: VerificationReport | undefined },
  entry: IndexEntry,
): readonly ReleaseLink[] {
  return [indexLink(manifest, entry), reportLink(manifest, report), testedLink(manifest, report)];
}

function fileLinks({ files, texts }: ReleaseFolder): readonly ReleaseLink[] {
  const sums = parseChecksums(texts['SHA256SUMS'] ?? '');
  if (sums === undefined) return [fail('SHA256SUMS', texts['SHA256SUMS'] === undefined ? 'missing' : 'not a list of digests')];
  const listed = new Map(sums.map(({ name, sha256 }) => [name, sha256]));
  const links = sums.map(({ name, sha256 }) => {
    const file = files.find((candidate) => candidate.name === name);
    if (file === undefined) return fail(name, 'missing');
    if (file.sha256 === null) return fail(name, 'not a file');
    return file.sha256 === sha256
      ? pass(name, `sha256 ${sha256.slice(0, 12)}…, as listed`)
      : fail(name, `changed: sha256 ${file.sha256.slice(0, 12)}…, listed ${sha256.slice(0, 12)}…`);
  });
  const added = files.filter(({ name }) => !listed.has(name) && !BESIDE_THE_LIST.test(name));
  return [...links, ...added.map(({ name }) => fail(name, 'added: SHA256SUMS does not list it'))];
}

function indexLink(manifest: Release | undefined, entry: IndexEntry): ReleaseLink {
  const link = 'manifest.json and index.json';
  if (manifest === undefined) return fail(link, 'manifest.json is not the manifest of a release');
  const told = [manifest.imageId, manifest.version, manifest.disk.sha256, manifest.disk.sizeBytes, manifest.key, manifest.publishedAt];
  const listed = [entry.imageId, entry.version, entry.sha256, entry.sizeBytes, entry.key, entry.publishedAt];
  return told.every((value, at) => value === listed[at]) ? pass(link, 'name the same disk') : fail(link, 'name different releases or disks');
}

function reportLink(manifest: Release | undefined, report: VerificationReport | undefined): ReleaseLink {
  const link = 'manifest.json and report.json';
  if (manifest === undefined || report === undefined) return fail(link, 'one of them cannot be read');
  if (manifest.parent !== digestOf(report)) return fail(link, 'the release was made from another report');
  return report.parent === manifest.artifactDigest ? pass(link, 'are of one chain of documents') : fail(link, 'the report was made of another artifact');
}

function testedLink(manifest: Release | undefined, report: VerificationReport | undefined): ReleaseLink {
  const link = 'report.json and disk.qcow2';
  if (manifest === undefined || report === undefined) return fail(link, 'one of them cannot be read');
  const tested = report.digestBefore === manifest.disk.sha256 && report.digestAfter === manifest.disk.sha256;
  if (!tested) return fail(link, 'the disk is not the one that was tested');
  return report.verdict === 'pass' && !report.partial ? pass(link, `tested, ${report.counts.pass} results pass`) : fail(link, 'the disk did not pass its test');
}

/** Reads a document that lay in a store: undefined for anything but one of this kind and of the shape that is known. */
export function documentOf<Kind extends 'Release' | 'VerificationReport'>(text: string | undefined, kind: Kind): Documents[Kind] | undefined {
  try {
    const value = JSON.parse(text ?? '') as Documents[Kind] | null;
    const isMeant = value?.kind === kind && value.schemaVersion === 1;
    const inner: unknown = isMeant && ('disk' in value ? value.disk : value.counts);
    return isMeant && typeof inner === 'object' && inner !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

interface Documents {
  readonly Release: Release;
  readonly VerificationReport: VerificationReport;
}

function pass(link: string, found: string): ReleaseLink {
  return { link, outcome: 'pass', found };
}

function fail(link: string, found: string): ReleaseLink {
  return { link, outcome: 'fail', found };
}
