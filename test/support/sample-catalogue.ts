import { createHash } from 'node:crypto';
import type { GradeReport } from '../../scripts/model/grade-report.ts';
import type { IndexEntry, Release, StoreIndex } from '../../scripts/model/release.ts';
import type { CatalogueRequest } from '../../scripts/plan/release-catalogue.ts';

export const NOW = new Date('2026-11-29T07:20:00.000Z');
const DAY_MS = 24 * 60 * 60 * 1000;
const FILES = ['SHA256SUMS', 'disk.qcow2', 'manifest.json', 'packages.txt', 'report.html', 'report.json', 'report.junit.xml'];

const GRADED: GradeReport = {
  ...{
    kind: 'GradeReport',
    schemaVersion: 1,
    parent: null,
    imageId: '',
    distro: '',
    role: '',
    diskSha256: '',
    since: null,
    graders: [],
    falls: [],
    verdict: 'pass',
    gradedAt: '',
  },
  grades: [
    {
      id: 'a.b',
      title: 'Benchmark, level 1',
      unit: '%',
      better: 'higher',
      score: 91,
      goal: 90,
      outcome: 'met',
      previous: null,
      stock: 40,
      detail: '',
      failed: [],
    },
    {
      id: 'c.d',
      title: 'Known holes',
      unit: 'findings',
      better: 'lower',
      score: null,
      goal: 0,
      outcome: 'unknown',
      previous: null,
      stock: null,
      detail: '',
      failed: [],
    },
  ],
};

const DISTROS: CatalogueRequest['distros'] = [
  { id: 'tin-1', title: 'Tin 1', codename: 'tinny', version: '1', lifeCycle: { released: '2023-01-01', endOfLife: '2030-06-30' } },
  { id: 'zinc-2', title: 'Zinc 2', codename: 'zed', version: '2', lifeCycle: { released: '2021-01-01', endOfLife: '2027-01-31' } },
  { id: 'iron-3', title: 'Iron 3', codename: 'ferro', version: '3', lifeCycle: { released: '2019-01-01', endOfLife: '2025-01-31' } },
];

/** An index with as many releases of each image as asked for, one a day, and what the releases say. */
export function sampleCatalogue(
  counts: Readonly<Record<string, number>> = { 'box-small-tin-1': 12, 'box-db-zinc-2': 3, 'box-lb-iron-3': 1 },
): CatalogueRequest {
  const releases = Object.entries(counts).flatMap(([imageId, many]) => Array.from({ length: many }, (_, at) => releaseAt(imageId, many - 1 - at)));
  const newest = Object.keys(counts).map((imageId) => [imageId, releases.findLast((release) => release.imageId === imageId)?.version ?? ''] as const);
  const channels = newest.map(([imageId, latest], at) => [imageId, at === 0 ? { latest, stable: releases[0]?.version ?? latest } : { latest }] as const);
  const index: StoreIndex = {
    ...{ kind: 'StoreIndex', schemaVersion: 1, generation: 42, channels: Object.fromEntries(channels) },
    releases: releases.map(entryOf),
  };
  const seen = releases.map((release) => ({ release, files: FILES, ...(release.version.startsWith('2026.11.29') ? { graded: GRADED } : {}) }));
  return { index, seen, distros: DISTROS, now: NOW };
}

function releaseAt(imageId: string, daysAgo: number): Release {
  const published = new Date(NOW.getTime() - daysAgo * DAY_MS - 3_600_000);
  const [image = '', role = '', ...distro] = imageId.split('-');
  const version = `${published.toISOString().slice(0, 10).replaceAll('-', '.')}-1`;
  return {
    ...{
      kind: 'Release',
      schemaVersion: 1,
      parent: 'report',
      imageId,
      image,
      role,
      distro: distro.join('-'),
      version,
      key: `key-${version}`,
      artifactDigest: 'd',
    },
    disk: {
      ...{ file: 'disk.qcow2', sha256: createHash('sha256').update(`${imageId} ${version}`).digest('hex'), compression: 'zstd' },
      ...{ sizeBytes: 540 * 2 ** 20 + ((daysAgo * 7919) % 23) * 2 ** 20, virtualSizeBytes: 20 * 2 ** 30 },
    },
    checks: { passed: 422, declared: 422 },
    bootSeconds: { firstBoot: 80 + ((daysAgo * 31) % 17), reboot: 60 },
    ...{ loginUser: 'tin', firmware: ['bios', 'uefi'], defaultProfile: 'recommended', driver: 'native' },
    stageTimes: [{ name: 'packages', seconds: 300 + ((daysAgo * 13) % 40) }],
    publishedAt: published.toISOString(),
  };
}

function entryOf({ imageId, version, disk, key, checks, publishedAt }: Release): IndexEntry {
  return { imageId, version, sha256: disk.sha256, sizeBytes: disk.sizeBytes, key, checksPassed: checks.passed, publishedAt };
}
