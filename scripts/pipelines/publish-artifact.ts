import type { Artifact } from '../model/artifact.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { ReleaseDiff } from '../model/release-diff.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { diffReleases } from '../plan/release-diff.ts';
import { changes, firstChanges } from '../reports/changes.ts';
import { html } from '../reports/html.ts';
import { json } from '../reports/json.ts';
import { junit } from '../reports/junit.ts';
import type { Desk } from '../stages/stage.ts';
import { readInputs } from '../store/artifacts.ts';
import { readPresent } from '../store/earlier-release.ts';
import { readGrades } from '../store/grades.ts';
import { openStore } from '../store/open-store.ts';
import { publish } from './publish.ts';

export interface PublishArtifactRequest {
  readonly storeLocation: string;
  /** Where what graders said of the disk is remembered. */
  readonly buildDir: string;
  readonly artifact: Artifact;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
  /** True: only the channel `candidate` moves. */
  readonly candidate?: boolean;
}

/** Publishes a proven artifact with its report in every form that people and CI read. */
export async function publishArtifact(desk: Desk, request: PublishArtifactRequest): Promise<Release> {
  const { report, artifact } = request;
  const diff = await diffToEarlier(desk, request);
  const grades = await readGrades(desk.host, request.buildDir, artifact.sha256);
  return publish(desk, {
    ...request,
    inputs: await readInputs(desk.host, artifact),
    reports: [
      { name: 'report.json', text: json(report) },
      { name: 'report.junit.xml', text: junit(report) },
      { name: 'report.html', text: html(report, { artifact, ...(diff === undefined ? {} : { changes: diff }), ...(grades === undefined ? {} : { grades }) }) },
      { name: 'CHANGES.md', text: diff === undefined ? firstChanges(artifact.imageId) : changes(diff) },
      ...(diff === undefined ? [] : [{ name: 'changes.json', text: json(diff) }]),
      ...(grades === undefined ? [] : [{ name: 'grade.json', text: json(grades) }]),
    ],
  });
}

/** Undefined for the first release of an image, or of a channel. */
async function diffToEarlier({ host }: Desk, { storeLocation, artifact, report, candidate = false }: PublishArtifactRequest): Promise<ReleaseDiff | undefined> {
  const { imageId, sizeBytes, packages } = artifact;
  const earlier = await readPresent(openStore(host, storeLocation), imageId, candidate);
  if (earlier === undefined) return undefined;
  const name = `${imageId}@${earlier.release.version}`;
  return diffReleases(
    { name, sizeBytes: earlier.release.disk.sizeBytes, packages: earlier.packages, report: earlier.report },
    { name: 'this release', sizeBytes, packages, report },
  );
}
