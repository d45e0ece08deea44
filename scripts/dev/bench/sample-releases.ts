import { join } from 'node:path';
import { loadSpec } from '../../config/load-spec.ts';
import type { Host } from '../../host/host.ts';
import type { Artifact } from '../../model/artifact.ts';
import type { ImageSpec } from '../../model/image-spec.ts';
import type { InstalledPackage } from '../../model/inventory.ts';
import type { IndexEntry, StoreIndex } from '../../model/release.ts';
import type { VerificationReport } from '../../model/verification-report.ts';
import { digestOf, digestOfText } from '../../plan/digest.ts';

/** As many as a full image has. */
const [PACKAGES, FILES, ROWS] = [800, 3000, 900];
const DAY = '2026-01-01T00:00:00.000Z';

/** What is published when only the publishing is measured: disks that nobody boots, with reports as long as real ones. */
export interface SampleRelease {
  readonly artifact: Artifact;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
}

/** Lays a disk of random bytes down and says of it what a bake and a verification would. */
export async function sampleRelease(
  host: Host,
  { distro, dir, number, sizeMiB }: { readonly distro: string; readonly dir: string; readonly number: number; readonly sizeMiB: number },
): Promise<SampleRelease> {
  const { spec } = await loadSpec(host, { distro });
  const diskPath = join(dir, `sample-${number}.qcow2`);
  await host.run(['dd', 'if=/dev/urandom', `of=${diskPath}`, 'bs=1M', `count=${sizeMiB}`, 'conv=fsync', 'status=none']);
  const sha256 = await host.files.digest(diskPath);
  const packages = Array.from({ length: PACKAGES }, (_, at) => `package-${at} 1.${at % 7 === 0 ? number : 0} amd64`);
  const artifact: Artifact = {
    ...{ kind: 'Artifact', schemaVersion: 1, parent: 'plan', imageId: spec.imageId, key: digestOfText(`${number}`), image: spec.image, role: spec.role },
    ...{ distro: spec.distro.id, driver: 'native', diskPath, sha256, sizeBytes: sizeMiB * 2 ** 20, virtualSizeBytes: 20 * 2 ** 30, compression: 'zstd' },
    ...{ packages, stageTimes: [], bakedAt: DAY },
  };
  return { artifact, spec, report: reportOf(artifact, spec, number) };
}

function reportOf(artifact: Artifact, { imageId, distro, role }: ImageSpec, number: number): VerificationReport {
  const rows = Array.from({ length: ROWS }, (_, at) => ({
    ...{ check: `component.check-${at}`, phase: 'sealed' as const, subject: 'component', property: 'a property', hint: 'a hint' },
    ...{ expected: 'what is to be', found: 'what is to be', outcome: 'pass' as const },
  }));
  const installed = artifact.packages.map((line): InstalledPackage => {
    const [name = '', version = '', arch = ''] = line.split(' ');
    return { type: 'deb', name, version, arch, source: name };
  });
  const files = Array.from({ length: FILES }, (_, at) => [`etc/file-${at}.conf`, digestOfText(`${at} ${at % 11 === 0 ? number : 0}`).slice(0, 16)] as const);
  return {
    ...{ kind: 'VerificationReport', schemaVersion: 1, parent: digestOf(artifact), imageId, distro: distro.id, role, rows, missing: [], phases: ['sealed'] },
    ...{ digestBefore: artifact.sha256, digestAfter: artifact.sha256, verdict: 'pass', partial: false, accelerator: 'tcg', slowness: 1 },
    counts: { checks: ROWS, declaredRows: ROWS, pass: ROWS, fail: 0, skip: 0, unknown: 0 },
    inventory: { packages: installed, privileged: {}, units: [], files: Object.fromEntries(files) },
    ...{ bootSeconds: { firstBoot: 10, reboot: 10 }, stageTimes: [], verifiedAt: DAY },
  };
}

/** The index of a store in which many images have many releases. */
export function sampleIndex(images: number, releasesEach: number): StoreIndex {
  const ids = Array.from({ length: images }, (_, at) => `sample-image-${at}`);
  const entries = ids.flatMap((imageId) =>
    Array.from({ length: releasesEach }, (_, at): IndexEntry => {
      const sha256 = digestOfText(`${imageId} ${at}`);
      return { imageId, version: `2026.01.01-${at + 1}`, sha256, sizeBytes: 400 * 2 ** 20, key: sha256, checksPassed: ROWS, publishedAt: DAY };
    }),
  );
  const channels = Object.fromEntries(ids.map((imageId) => [imageId, { latest: `2026.01.01-${releasesEach}`, stable: '2026.01.01-1' }]));
  return { kind: 'StoreIndex', schemaVersion: 1, generation: entries.length, releases: entries, channels };
}
