import type { Artifact } from '../model/artifact.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { ReleaseChanges } from '../model/release-changes.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { releaseChanges } from '../plan/release-changes.ts';
import { html } from '../reports/html.ts';
import { json } from '../reports/json.ts';
import { junit } from '../reports/junit.ts';
import type { Desk } from '../stages/stage.ts';
import { readEarlier } from '../store/earlier-release.ts';
import { openStore } from '../store/open-store.ts';
import { publish } from './publish.ts';

export interface PublishArtifactRequest {
  readonly storeLocation: string;
  readonly artifact: Artifact;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
}

/** Publishes a proven artifact with its report in every form that people and CI read. */
export async function publishArtifact(desk: Desk, request: PublishArtifactRequest): Promise<Release> {
  const { report, artifact } = request;
  const changes = await changesSince(desk, request);
  return publish(desk, {
    ...request,
    reports: [
      { name: 'report.json', text: json(report) },
      { name: 'report.junit.xml', text: junit(report) },
      { name: 'report.html', text: html(report, { artifact, ...(changes === undefined ? {} : { changes }) }) },
      ...(changes === undefined ? [] : [{ name: 'changes.json', text: json(changes) }]),
    ],
  });
}

/** Undefined for the first release of an image. */
async function changesSince({ host }: Desk, { storeLocation, artifact, report }: PublishArtifactRequest): Promise<ReleaseChanges | undefined> {
  const earlier = await readEarlier(openStore(host, storeLocation), artifact.imageId);
  if (earlier === undefined) return undefined;
  return releaseChanges(earlier.release.version, earlier, { packages: artifact.packages, report });
}
