import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Artifact } from '../../scripts/model/artifact.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import type { Release } from '../../scripts/model/release.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import type { Store } from '../../scripts/store/store.ts';

export const IMAGE_ID = 'aikovrr-standalone-debian-12';

/** A disk file with this content, and the artifact that describes it. */
export function artifactOf(dir: string, content: string, imageId = IMAGE_ID): Artifact {
  const diskPath = join(dir, 'artifacts', `${imageId}-${digestText(content).slice(0, 8)}.qcow2`);
  mkdirSync(dirname(diskPath), { recursive: true });
  writeFileSync(diskPath, content);
  return {
    kind: 'Artifact',
    schemaVersion: 1,
    parent: 'plan',
    imageId,
    key: `key-${content.slice(0, 40)}`,
    distro: 'debian-12',
    image: 'aikovrr',
    role: 'standalone',
    driver: 'native',
    diskPath,
    sha256: digestText(content),
    sizeBytes: Buffer.byteLength(content),
    virtualSizeBytes: 20 * 2 ** 30,
    compression: 'zstd',
    packages: ['bash 5.2 amd64', 'nginx 1.22 amd64'],
    stageTimes: [{ name: 'bake', seconds: 1 }],
    bakedAt: '2026-11-22T00:00:00.000Z',
  };
}

/** A report that proves an artifact. */
export function reportOf(artifact: Artifact, change: Partial<VerificationReport> = {}): VerificationReport {
  return {
    kind: 'VerificationReport',
    schemaVersion: 1,
    parent: digestOf(artifact),
    imageId: artifact.imageId,
    distro: artifact.distro,
    role: artifact.role,
    digestBefore: artifact.sha256,
    digestAfter: artifact.sha256,
    verdict: 'pass',
    counts: { checks: 1, declaredRows: 1, pass: 1, fail: 0, skip: 0, unknown: 0 },
    missing: [],
    phases: ['sealed'],
    partial: false,
    rows: [{ check: 'nginx.up', phase: 'sealed', subject: 'nginx', property: 'p', expected: 'e', found: 'e', outcome: 'pass', hint: 'h' }],
    accelerator: 'tcg',
    slowness: 1,
    bootSeconds: { firstBoot: 80, reboot: 60 },
    stageTimes: [{ name: 'verify', seconds: 2 }],
    verifiedAt: '2026-11-22T00:00:00.000Z',
    ...change,
  };
}

/** As much of a spec as publishing looks at. */
export function specOf(imageId = IMAGE_ID): ImageSpec {
  const distro = { id: 'debian-12', loginUser: 'debian', firmware: ['bios', 'uefi'] };
  return { kind: 'ImageSpec', schemaVersion: 1, parent: null, imageId, defaultProfile: 'recommended', distro, components: [] } as unknown as ImageSpec;
}

export function releaseOf(artifact: Artifact, version: string, publishedAt = '2026-11-22T00:00:00.000Z'): Release {
  return {
    kind: 'Release',
    schemaVersion: 1,
    parent: 'report',
    imageId: artifact.imageId,
    image: artifact.image,
    role: artifact.role,
    distro: artifact.distro,
    version,
    key: artifact.key,
    artifactDigest: digestOf(artifact),
    disk: { file: 'disk.qcow2', sha256: artifact.sha256, sizeBytes: artifact.sizeBytes, virtualSizeBytes: artifact.virtualSizeBytes, compression: 'zstd' },
    checks: { passed: 1, declared: 1 },
    bootSeconds: { firstBoot: 80, reboot: 60 },
    loginUser: 'debian',
    firmware: ['bios', 'uefi'],
    defaultProfile: 'recommended',
    driver: 'native',
    stageTimes: [],
    publishedAt,
  };
}

/** Puts a release into a store the way a publisher does. */
export async function addRelease(store: Store, artifact: Artifact, version: string, publishedAt?: string): Promise<Release> {
  return putRelease(store, artifact, releaseOf(artifact, version, publishedAt));
}

/** The same with a release of the caller's own. */
export async function putRelease(store: Store, artifact: Artifact, release: Release): Promise<Release> {
  await store.prepare();
  await store.exclusively('test', async (locked) => {
    await locked.claim(release);
    await locked.writeRelease({ release, diskPath: artifact.diskPath, files: [] });
    await locked.listRelease(release);
  });
  return release;
}

export function digestText(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
