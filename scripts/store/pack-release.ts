import { BakeError } from '../errors.ts';
import type { Release } from '../model/release.ts';
import { formatChecksums } from '../plan/checksum-list.ts';
import { digestOfText } from '../plan/digest.ts';

const FILE_NAME = /^(?:[a-z0-9]+(?:[.-][a-z0-9]+)*|CHANGES\.md)$/;
/** The one name that a release's disk has in every store. */
export const DISK = 'disk.qcow2';
export const MANIFEST = 'manifest.json';
export const SUMS = 'SHA256SUMS';

export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export interface NewRelease {
  readonly release: Release;
  /** The artifact's disk: linked where it can be, else copied or uploaded. */
  readonly diskPath: string;
  /** Reports and lists beside the disk. */
  readonly files: readonly NamedText[];
}

/** A release as every store writes it: the disk, and all other files in the order in which they are written. */
export interface PackedRelease {
  readonly release: Release;
  readonly diskPath: string;
  /** `manifest.json` first; the list of digests, which covers all others and the disk, last. */
  readonly files: readonly NamedText[];
}

/** Makes all of a release's files but the disk: the one place where its list of digests is written. */
export function packRelease({ release, diskPath, files }: NewRelease): PackedRelease {
  const covered = [{ name: MANIFEST, text: manifestText(release) }, ...files];
  for (const { name } of covered) if (!FILE_NAME.test(name) || name === DISK) throw badName(name);
  return { release, diskPath, files: [...covered, { name: SUMS, text: sumsOf(release, covered) }] };
}

/** The manifest as it is stored: where a release's number is claimed, this is what claims it. */
export function manifestText(release: Release): string {
  return `${JSON.stringify(release, undefined, 2)}\n`;
}

function sumsOf(release: Release, covered: readonly NamedText[]): string {
  return formatChecksums([{ name: DISK, sha256: release.disk.sha256 }, ...covered.map(({ name, text }) => ({ name, sha256: digestOfText(text) }))]);
}

function badName(name: string): BakeError {
  return new BakeError('PUBLISH_REFUSED', {
    what: `${JSON.stringify(name)} is not a name for a file of a release`,
    fix: 'Use small letters, digits, dots and dashes',
  });
}
