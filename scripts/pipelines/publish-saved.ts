import { join } from 'node:path';
import { loadSpec } from '../config/load-spec.ts';
import { BakeError } from '../errors.ts';
import type { Artifact } from '../model/artifact.ts';
import type { Release } from '../model/release.ts';
import type { Desk } from '../stages/stage.ts';
import { readArtifact, readReport } from '../store/artifacts.ts';
import { publishArtifact } from './publish-artifact.ts';

export interface PublishSavedRequest {
  /** A folder with an artifact, the id of an image, or a distro. */
  readonly target: string;
  readonly targetPath: string;
  readonly image?: string;
  readonly role?: string;
  readonly storeLocation: string;
  readonly buildDir: string;
  readonly candidate?: boolean;
}

interface Saved {
  readonly dir: string;
  readonly artifact: Artifact;
}

/** Publishes what an earlier bake left unpublished, on the strength of the report that lies beside it. */
export async function publishSaved(desk: Desk, request: PublishSavedRequest): Promise<Release> {
  const { dir, artifact } = await findSaved(desk, request);
  const { distro, image, role } = artifact;
  const { spec } = await loadSpec(desk.host, { distro, image, role });
  const report = await readReport(desk.host, { dir, artifact, spec });
  if (report !== null) return publishArtifact(desk, { ...request, artifact, report, spec });
  throw new BakeError('PUBLISH_REFUSED', {
    what: `${artifact.imageId} has no report that passed every check of today`,
    fix: `Run \`npm run bake -- --distro ${distro} --role ${role}\`: it verifies the disk that is there, and publishes it when it passes`,
    details: [dir],
  });
}

async function findSaved(desk: Desk, request: PublishSavedRequest): Promise<Saved> {
  const given = await readArtifact(desk.host, request.targetPath);
  if (given !== null) return { dir: request.targetPath, artifact: given };
  const newest = (await savedOf(desk, request, request.target)) ?? (await savedOf(desk, request, await imageIdOf(desk, request)));
  if (newest !== undefined) return newest;
  throw new BakeError('RELEASE_NOT_FOUND', {
    what: `Nothing that was baked of ${request.target} is left in ${join(request.buildDir, 'artifacts')}`,
    fix: 'Bake it: npm run bake',
  });
}

async function imageIdOf({ host }: Desk, { target, image, role }: PublishSavedRequest): Promise<string> {
  const { spec } = await loadSpec(host, { distro: target, ...(image === undefined ? {} : { image }), ...(role === undefined ? {} : { role }) });
  return spec.imageId;
}

/** The newest artifact of one image. */
async function savedOf({ host }: Desk, { buildDir }: PublishSavedRequest, imageId: string): Promise<Saved | undefined> {
  if (imageId.includes('/')) return undefined;
  const parent = join(buildDir, 'artifacts', imageId);
  const found = await Promise.all(
    (await host.files.list(parent)).map(async (key) => ({ dir: join(parent, key), artifact: await readArtifact(host, join(parent, key)) })),
  );
  const whole = found.flatMap(({ dir, artifact }) => (artifact === null ? [] : [{ dir, artifact }]));
  return whole.toSorted((a, b) => (a.artifact.bakedAt < b.artifact.bakedAt ? -1 : 1)).at(-1);
}
