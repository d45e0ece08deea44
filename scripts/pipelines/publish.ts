import type { Artifact } from '../model/artifact.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { digestOf } from '../plan/digest.ts';
import { assertPublishable, planRelease } from '../plan/release-plan.ts';
import { nextVersion } from '../plan/version.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { updateIndex } from '../stages/update-index.ts';
import { writeRelease } from '../stages/write-release.ts';
import { openStore, type LockedStore, type Store } from '../store/open-store.ts';

export interface PublishRequest {
  readonly storeDir: string;
  readonly artifact: Artifact;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
  readonly reports: readonly { readonly name: string; readonly text: string }[];
}

/** The story of a release: evidence is judged, the store made sound, the folder written, the index replaced last. */
export async function publish(desk: Desk, request: PublishRequest): Promise<Release> {
  assertPublishable(request);
  const store = openStore(desk.host, request.storeDir);
  for (const message of await store.prepare()) desk.say({ type: 'note', message });
  return store.exclusively(`publish ${request.artifact.imageId}`, async (locked) => {
    const earlier = await publishedBefore(store, locked, request);
    if (earlier !== undefined) {
      desk.say({ type: 'note', message: `Published already, from this very report, as ${earlier.imageId}@${earlier.version}` });
      return earlier;
    }
    const now = desk.host.clock.now();
    const version = nextVersion(now, await locked.versions(request.artifact.imageId));
    const planned = planRelease(request, { version, publishedAt: now.toISOString() });
    const release = await runStage(desk, writeRelease, { store: locked, release: planned, ...request });
    await runStage(desk, updateIndex, { store: locked, release });
    return release;
  });
}

/** A run that was cut short after its release got its name is not published twice. */
async function publishedBefore(store: Store, locked: LockedStore, { artifact, report }: PublishRequest): Promise<Release | undefined> {
  const { imageId } = artifact;
  const same = (await locked.readIndex()).releases.findLast((entry) => entry.imageId === imageId && entry.sha256 === artifact.sha256);
  if (same === undefined) return undefined;
  const { release } = await store.find({ imageId, selector: { kind: 'version', version: same.version } });
  return release.parent === digestOf(report) ? release : undefined;
}
