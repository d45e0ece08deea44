import type { Artifact } from '../model/artifact.ts';
import type { BakeInputs } from '../model/bake-inputs.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { digestOf } from '../plan/digest.ts';
import { assertPublishable, planRelease } from '../plan/release-plan.ts';
import { isOnlyCandidate } from '../plan/standing-release.ts';
import { nextVersion } from '../plan/version.ts';
import { describeRelease } from '../stages/describe-release.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { updateIndex } from '../stages/update-index.ts';
import { writeRelease } from '../stages/write-release.ts';
import { findWhole } from '../store/find-whole.ts';
import { channelVersion } from '../store/index-changes.ts';
import { openStore } from '../store/open-store.ts';
import type { Store, StoreWriter } from '../store/store.ts';
import { writeCatalogue } from './write-catalogue.ts';

export interface PublishRequest {
  readonly storeLocation: string;
  readonly artifact: Artifact;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
  /** Null when the artifact does not say what it was made from. */
  readonly inputs?: BakeInputs | null;
  /** True: only the channel `candidate` moves. */
  readonly candidate?: boolean;
  readonly reports: readonly { readonly name: string; readonly text: string }[];
}

/** The story of a release: evidence is judged, the store made sound, the folder written, the index replaced last. */
export async function publish(desk: Desk, request: PublishRequest): Promise<Release> {
  assertPublishable(request);
  const store = openStore(desk.host, request.storeLocation);
  for (const message of await store.prepare()) desk.say({ type: 'note', message });
  return store.exclusively(`publish ${request.artifact.imageId}`, async (writer) => {
    const earlier = await publishedBefore(store, writer, request);
    if (earlier !== undefined) {
      desk.say({ type: 'note', message: `Published already, from this very report, as ${earlier.imageId}@${earlier.version}` });
      return earlier;
    }
    const planned = (await begunBefore(desk, writer, request)) ?? (await claimRelease(desk, writer, request));
    const listed = await withSbom(planned, request);
    const reports = await runStage(desk, describeRelease, { store: writer, release: planned, ...request, reports: listed });
    const release = await runStage(desk, writeRelease, { store: writer, release: planned, ...request, reports });
    await runStage(desk, updateIndex, { store: writer, release });
    await writeCatalogue(desk, store);
    return release;
  });
}

/** The library that writes it is loaded only here: it takes longer than most verbs. */
async function withSbom(release: Release, { report, reports }: PublishRequest): Promise<PublishRequest['reports']> {
  if (report.inventory === undefined) return reports;
  const { sbom } = await import('../reports/sbom.ts');
  return [...reports, { name: 'sbom.cdx.json', text: sbom(release, report.inventory) }];
}

/** A number may be taken by somebody else between looking and claiming: then the next one is tried. */
async function claimRelease(desk: Desk, writer: StoreWriter, request: PublishRequest): Promise<Release> {
  for (;;) {
    const now = desk.host.clock.now();
    const version = nextVersion(now, await writer.versions(request.artifact.imageId));
    const planned = planRelease(request, { version, publishedAt: now.toISOString() });
    if (await writer.claim(planned)) return planned;
  }
}

/** What a killed run had begun is finished under its number: what it has uploaded is not uploaded again. */
async function begunBefore(desk: Desk, writer: StoreWriter, request: PublishRequest): Promise<Release | undefined> {
  const { artifact, report } = request;
  const begun = await writer.begun({ imageId: artifact.imageId, parent: digestOf(report) });
  if (begun === undefined) return undefined;
  const planned = planRelease(request, begun);
  if (digestOf(planned) !== digestOf(begun)) return undefined;
  desk.say({ type: 'note', message: `Going on with ${begun.imageId}@${begun.version}, which had been begun` });
  return planned;
}

/** A run that was cut short after its release got its name is not published twice; a candidate that is to be for all is no such thing. */
async function publishedBefore(store: Store, writer: StoreWriter, { artifact, report, candidate = false }: PublishRequest): Promise<Release | undefined> {
  const { imageId } = artifact;
  const index = await writer.readIndex();
  const same = index.releases.findLast((entry) => entry.imageId === imageId && entry.sha256 === artifact.sha256);
  if (same === undefined) return undefined;
  const found = await findWhole(store, { imageId, version: same.version });
  if (found?.release.parent !== digestOf(report)) return undefined;
  const offered = channelVersion(index, imageId, candidate ? 'candidate' : 'latest') === same.version;
  return isOnlyCandidate({ release: found.release, offered }, candidate) && same.yanked === undefined ? undefined : found.release;
}
