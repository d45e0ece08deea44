import { join } from 'node:path';
import type { Release } from '../model/release.ts';
import { CONTAINER_DISK } from '../plan/disk-formats.ts';
import { checkRelease } from '../stages/check-release.ts';
import { makeContainerDisk, type MadeContainerDisk } from '../stages/make-container-disk.ts';
import { pushImage } from '../stages/push-image.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { ociAddress } from '../store/oci/address.ts';
import { openStore } from '../store/open-store.ts';
import { openRun, sweepDeadRuns } from '../store/run-registry.ts';
import { heedMarks } from './heed-marks.ts';
import { resolveReference } from './resolve-reference.ts';
import { spaceNamed } from './space-named.ts';

export interface PushRequest {
  readonly storeLocation: string;
  readonly reference: string;
  /** Also one that was taken back. */
  readonly yanked?: boolean;
  /** `oci://host/repository`. */
  readonly pushTo: string;
  /** Where the image is made before it goes up. */
  readonly buildDir: string;
}

/** One release's containerDisk as it lies in a registry. */
export interface PushedDisk {
  readonly reference: string;
  readonly format: string;
  readonly location: string;
  /** `host/repository:tag`. */
  readonly tag: string;
  /** `host/repository@sha256:…`. */
  readonly image: string;
  readonly sizeBytes: number;
}

/** Pushes a published release into a registry as a containerDisk: its digest checked before, the very bytes of it inside, its tag given last. */
export async function pushContainerDisk(desk: Desk, request: PushRequest): Promise<PushedDisk> {
  const { host } = desk;
  const address = ociAddress(request.pushTo, '--push');
  const store = openStore(host, request.storeLocation);
  const { release, entry } = await store.find(await resolveReference(desk, store, request.reference));
  heedMarks(desk, entry, request.yanked);
  await sweepDeadRuns(host, request.buildDir, desk.say);
  const run = await openRun(host, request.buildDir, 'push', release.imageId);
  try {
    const fix = 'Free some, or move the folder with INGOT_BUILD_DIR; nothing half-made was left';
    const made = await spaceNamed({ dir: request.buildDir, fix }, () => makeImage(desk, { release, workDir: run.workDir, request }));
    const { tag, image } = await runStage(desk, pushImage, { address, release, ...made });
    const { sizeBytes } = made.image.layer;
    return { reference: `${release.imageId}@${release.version}`, format: CONTAINER_DISK, location: request.pushTo, tag, image, sizeBytes };
  } finally {
    await run.close();
  }
}

interface Making {
  readonly release: Release;
  readonly workDir: string;
  readonly request: PushRequest;
}

async function makeImage(desk: Desk, { release, workDir, request }: Making): Promise<MadeContainerDisk> {
  const exact = { imageId: release.imageId, selector: { kind: 'version', version: release.version } } as const;
  const store = openStore(desk.host, request.storeLocation);
  const { diskPath } = await runStage(desk, checkRelease, { store, reference: exact, diskPath: join(workDir, 'release.qcow2') });
  return runStage(desk, makeContainerDisk, { release, diskPath, workDir });
}
