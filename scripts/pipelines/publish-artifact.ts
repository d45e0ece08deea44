import type { Artifact } from '../model/artifact.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { ReleaseDiff } from '../model/release-diff.ts';
import type { Release } from '../model/release.ts';
import type { Proof } from '../model/proof.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { installedPackages } from '../plan/installed-packages.ts';
import { diffReleases } from '../plan/release-diff.ts';
import { changes, firstChanges, notCompared } from '../reports/changes.ts';
import { html } from '../reports/html.ts';
import type { ProvenBefore } from '../reports/html-proof.ts';
import { json } from '../reports/json.ts';
import { junit } from '../reports/junit.ts';
import type { Desk } from '../stages/stage.ts';
import { readInputs } from '../store/artifacts.ts';
import { readPresent, type EarlierRelease } from '../store/earlier-release.ts';
import { readGrades } from '../store/grades.ts';
import { readProof } from '../store/proofs.ts';
import { openStore } from '../store/open-store.ts';
import { publish } from './publish.ts';

export interface PublishArtifactRequest {
  readonly storeLocation: string;
  /** Where what graders said of the disk, and what became of its saboteurs, is remembered. */
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
  const { earlier, unread } = await readPresent(openStore(desk.host, request.storeLocation), artifact.imageId, request.candidate ?? false);
  if (unread !== undefined) desk.say({ type: 'note', message: notCompared(unread) });
  const diff = earlier === undefined ? undefined : diffToEarlier(request, earlier);
  const grades = await readGrades(desk.host, request.buildDir, artifact.sha256);
  const proof = await readProof(desk.host, request.buildDir, artifact.sha256);
  const extra = {
    ...given('changes', diff),
    ...given('grades', grades),
    ...given('proof', proof),
    ...given('provenBefore', await provenBefore(desk, earlier)),
  };
  return publish(desk, {
    ...request,
    inputs: await readInputs(desk.host, artifact),
    reports: [
      { name: 'report.json', text: json(report) },
      { name: 'report.junit.xml', text: junit(report) },
      { name: 'report.html', text: html(report, { artifact: { ...artifact, packages: installedPackages(artifact, report.inventory) }, ...extra }) },
      { name: 'CHANGES.md', text: diff === undefined ? firstChanges(artifact.imageId, unread) : changes(diff) },
      ...(diff === undefined ? [] : [{ name: 'changes.json', text: json(diff) }]),
      ...(grades === undefined ? [] : [{ name: 'grade.json', text: json(grades) }]),
      ...(proof === undefined ? [] : [{ name: 'proof.json', text: json(proof) }]),
    ],
  });
}

function given<Name extends string, Value>(name: Name, value: Value | undefined): { readonly [Key in Name]?: Value } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [Key in Name]: Value });
}

/** The kill rate of the release that users have; undefined where there is none, or where it does not say. */
async function provenBefore({ say }: Desk, earlier: EarlierRelease | undefined): Promise<ProvenBefore | undefined> {
  const { document, unread } = (await earlier?.documentOf('proof.json')) ?? {};
  if (unread !== undefined) say({ type: 'note', message: `The kill rate is not compared: ${unread}` });
  if (earlier === undefined || document === undefined) return undefined;
  const { killRate, counts } = document as Proof;
  return { version: earlier.release.version, killRate, saboteurs: counts.saboteurs };
}

function diffToEarlier({ artifact, report }: PublishArtifactRequest, earlier: EarlierRelease): ReleaseDiff {
  const { imageId, sizeBytes } = artifact;
  const packages = installedPackages(artifact, report.inventory);
  const name = `${imageId}@${earlier.release.version}`;
  return diffReleases(
    { name, sizeBytes: earlier.release.disk.sizeBytes, packages: earlier.packages, report: earlier.report },
    { name: 'this release', sizeBytes, packages, report },
  );
}
