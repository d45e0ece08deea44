import type { Release } from '../../scripts/model/release.ts';
import { LAUNCH_TARGETS } from '../../scripts/plan/launch-targets.ts';
import { planLaunch } from '../../scripts/plan/launch-plan.ts';
import type { LaunchFilesRequest } from '../../scripts/render/launch-files.ts';
import { loadTemplates } from '../../scripts/stages/load-templates.ts';
import { realProject } from './real-project.ts';

const ROOMS = ['launch/parts', ...LAUNCH_TARGETS.map(({ id }) => `launch/${id}`)];
const templates = await loadTemplates(realProject(), ROOMS);

export interface SampleChange {
  readonly firmware?: Release['firmware'];
  readonly diskGiB?: number;
  readonly containerDisk?: string;
}

/** The release of the samples. */
export function launchRelease(firmware: Release['firmware'] = ['bios', 'uefi']): Release {
  return {
    ...{ kind: 'Release', schemaVersion: 1, parent: 'report' },
    ...{ imageId: 'box-small-tin-1.2', image: 'box', role: 'small', distro: 'tin-1.2', version: '2026.11.22-1' },
    ...{ key: 'k', artifactDigest: 'd', checks: { passed: 1, declared: 1 }, bootSeconds: { firstBoot: 1, reboot: 1 }, loginUser: 'tin', firmware },
    disk: { file: 'disk.qcow2', sha256: 'ab'.repeat(32), sizeBytes: 2 ** 29, virtualSizeBytes: 20 * 2 ** 30, compression: 'zstd' },
    ...{ defaultProfile: 'mini', driver: 'native', stageTimes: [], publishedAt: '2026-11-22T00:00:00.000Z' },
  };
}

/** It, as it is to be launched elsewhere, with paths and settings that a careless sink would trip over. */
export function launchSample(id: string, { firmware = ['bios', 'uefi'], diskGiB = 50, ...pulled }: SampleChange = {}): LaunchFilesRequest {
  const target = LAUNCH_TARGETS.find((known) => known.id === id);
  if (target === undefined) throw new Error(`There is no target ${id}`);
  const release = launchRelease(firmware);
  const profile = { id: 'mini', title: 'Mini', cpus: 2, memoryMiB: 4096, diskGiB };
  return {
    plan: planLaunch({ target, release, profile, name: 'web-1.demo', projectDir: "/srv/it's ingot", storeLocation: '/srv/the $STORE', ...pulled }),
    templates,
    seed: [
      { path: 'user-data', text: '#cloud-config\nhostname: "web-1-demo"\n# END_OF_FILE $(id) `id`\nEND_OF_FILE\n' },
      { path: 'meta-data', text: 'instance-id: "x"\n' },
      { path: 'network-config', text: 'version: 2\n' },
    ],
  };
}
