import { describe, expect, test } from 'vitest';
import type { ReleaseFolder } from '../../scripts/model/release-check.ts';
import type { Release } from '../../scripts/model/release.ts';
import { formatChecksums } from '../../scripts/plan/checksum-list.ts';
import { digestOf, digestOfText } from '../../scripts/plan/digest.ts';
import { releaseLinks } from '../../scripts/plan/release-links.ts';
import { entryOf } from '../../scripts/store/index-changes.ts';
import { artifactOf, releaseOf, reportOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const artifact = artifactOf(fakeHost().dir, 'disk');
const report = reportOf(artifact);
const release: Release = { ...releaseOf(artifact, '2026.11.22-1'), parent: digestOf(report) };

/** A whole release, with some of its texts replaced and its list of digests made from them. */
function folderOf(change: Readonly<Record<string, string>> = {}): ReleaseFolder {
  const texts = { 'manifest.json': JSON.stringify(release), 'report.json': JSON.stringify(report), ...change };
  const named = [{ name: 'disk.qcow2', sha256: artifact.sha256 }, ...Object.entries(texts).map(([name, text]) => ({ name, sha256: digestOfText(text) }))];
  return { files: named, texts: { ...texts, SHA256SUMS: formatChecksums(named) } };
}

const broken = (folder: ReleaseFolder): readonly string[] =>
  releaseLinks(folder, entryOf(release)).flatMap(({ outcome, link, found }) => (outcome === 'pass' ? [] : [`${link}: ${found}`]));

test('a whole release has no broken link', () => {
  expect(broken(folderOf())).toEqual([]);
});

describe('a chain that was cut where no digest of a file tells', () => {
  test.each<[string, Readonly<Record<string, string>>, string]>([
    [
      'another report',
      { 'report.json': JSON.stringify({ ...report, verifiedAt: 'later' }) },
      'manifest.json and report.json: the release was made from another report',
    ],
    [
      'another version',
      { 'manifest.json': JSON.stringify({ ...release, version: '2026.11.22-2' }) },
      'manifest.json and index.json: name different releases or disks',
    ],
    ['no manifest', { 'manifest.json': '[]' }, 'manifest.json and index.json: manifest.json is not the manifest of a release'],
    [
      'a manifest of the future',
      { 'manifest.json': JSON.stringify({ ...release, schemaVersion: 2 }) },
      'manifest.json and index.json: manifest.json is not the manifest of a release',
    ],
    ['no report', { 'report.json': 'null' }, 'report.json and disk.qcow2: one of them cannot be read'],
  ])('%s', (_name, change, expected) => {
    expect(broken(folderOf(change))).toContain(expected);
  });

  test('a report of another disk', () => {
    const other = { ...report, digestAfter: 'f'.repeat(64) };
    const manifest = { ...release, parent: digestOf(other) };
    expect(broken(folderOf({ 'report.json': JSON.stringify(other), 'manifest.json': JSON.stringify(manifest) }))).toEqual([
      'report.json and disk.qcow2: the disk is not the one that was tested',
    ]);
  });
});

test('a list that is not one', () => {
  const { files, texts } = folderOf();
  expect(broken({ files, texts: { ...texts, SHA256SUMS: '../../etc/passwd' } })).toEqual(['SHA256SUMS: not a list of digests']);
});
