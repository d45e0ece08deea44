import { join } from 'node:path';
import { loadAllowedDifferences } from '../config/load-allowed-differences.ts';
import { loadSpec } from '../config/load-spec.ts';
import { BakeError } from '../errors.ts';
import type { Artifact } from '../model/artifact.ts';
import type { InputChange, RebuildReport, TreeDifference } from '../model/rebuild-report.ts';
import { openEnvelope } from '../plan/dsse.ts';
import { dependenciesOf } from '../plan/provenance.ts';
import { changedInputs, changedLayers, recipeOf, type Recipe } from '../plan/rebuild-inputs.ts';
import { diffTrees } from '../plan/tree-diff.ts';
import { checkRelease } from '../stages/check-release.ts';
import { PROVENANCE } from '../stages/describe-release.ts';
import { listTree } from '../stages/list-tree.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { readInputs } from '../store/artifacts.ts';
import { withLock } from '../store/lock.ts';
import { openStore } from '../store/open-store.ts';
import { bake, type BakeRequest } from './bake.ts';
import { resolveReference } from './resolve-reference.ts';

export interface RebuildRequest extends Pick<BakeRequest, 'yes' | 'ask' | 'buildDir' | 'cacheDir' | 'storeLocation'> {
  readonly reference: string;
  /** The base, for a release that was made from a file. */
  readonly base?: string;
  /** True: baked also when something that it was made from is another now. */
  readonly anyway: boolean;
}

/** Bakes a release again from what it was made from, in a place of its own, and compares the two disks file by file. */
export function rebuild(desk: Desk, request: RebuildRequest): Promise<RebuildReport> {
  // Outside of the folder, which goes at the end.
  const lockPath = join(request.buildDir, 'locks', 'rebuild.lock');
  return withLock(desk.host, lockPath, { purpose: `rebuilding ${request.reference}`, say: desk.say }, () => rebuildAlone(desk, request));
}

async function rebuildAlone(desk: Desk, request: RebuildRequest): Promise<RebuildReport> {
  const store = openStore(desk.host, request.storeLocation);
  const found = await store.find(await resolveReference(desk, store, request.reference));
  const name = `${found.release.imageId}@${found.release.version}`;
  const recipe = recipeOf(openEnvelope((await found.readText(PROVENANCE)) ?? '')?.payload ?? '');
  if (recipe === undefined) throw untold(name);
  const allowed = await loadAllowedDifferences(desk.host);
  const dir = join(request.buildDir, 'rebuild');
  try {
    const bakeRequest = bakeRequestFor(recipe, { ...request, buildDir: dir });
    if (!request.anyway) await refuseOtherInputs(desk, { name, recipe, bakeRequest });
    const { artifact } = await bake(desk, bakeRequest);
    if (artifact === null) throw new BakeError('BUG', { what: `${name} was baked again without a disk`, fix: 'Report this' });
    await desk.host.files.makeDir(join(dir, 'release'));
    const reference = { imageId: found.release.imageId, selector: { kind: 'version', version: found.release.version } } as const;
    const { diskPath } = await runStage(desk, checkRelease, { store, reference, diskPath: join(dir, 'release/disk.qcow2') });
    const trees = [
      await runStage(desk, listTree, { diskPath, scratchDir: dir }),
      await runStage(desk, listTree, { diskPath: artifact.diskPath, scratchDir: dir }),
    ] as const;
    return reportOf({
      release: name,
      sha256: { released: found.release.disk.sha256, rebuilt: artifact.sha256 },
      files: Math.max(...trees.map(({ size }) => size)),
      inputs: await inputsOf(desk, recipe, artifact),
      differences: diffTrees(...trees, allowed),
    });
  } finally {
    await desk.host.files.remove(dir);
  }
}

function reportOf(seen: Omit<RebuildReport, 'kind' | 'schemaVersion' | 'verdict'>): RebuildReport {
  return { kind: 'RebuildReport', schemaVersion: 1, ...seen, verdict: verdictOf(seen.differences) };
}

function verdictOf(differences: readonly TreeDifference[]): RebuildReport['verdict'] {
  if (differences.length === 0) return 'identical';
  return differences.every(({ why }) => why !== null) ? 'explained' : 'different';
}

/** The same driver, base and compression; nothing of the cache, or the disk would be compared with itself. */
function bakeRequestFor(recipe: Recipe, { yes, ask, buildDir, cacheDir, storeLocation, base }: RebuildRequest): BakeRequest {
  const { distro, image, role, driver, compression } = recipe;
  const wanted = base ?? (recipe.base === 'file' ? undefined : recipe.base);
  return {
    ...{
      distro,
      image,
      role,
      driver,
      compression,
      accel: 'auto',
      fresh: true,
      explain: false,
      dryRun: false,
      keepFailed: false,
      publish: false,
      proven: false,
    },
    ...{ yes, buildDir, cacheDir, storeLocation, ...(ask === undefined ? {} : { ask }), ...(wanted === undefined ? {} : { base: wanted }) },
  };
}

async function refuseOtherInputs(
  desk: Desk,
  { name, recipe, bakeRequest }: { readonly name: string; readonly recipe: Recipe; readonly bakeRequest: BakeRequest },
): Promise<void> {
  const { layers } = await bake(desk, { ...bakeRequest, explain: true });
  const changes = changedLayers(recipe, layers);
  if (changes.length === 0) return;
  const [lowest] = changes;
  throw new BakeError('CONFIG_INVALID', {
    what: `${name} cannot be made again as it was: from ${lowest?.name ?? ''} upwards, it would be made from something else`,
    fix: 'Check out the commit that it was made from, and name mirrors of its day (`snapshot` in config/mirrors.yaml); or look what comes of today’s with --anyway',
    details: [
      ...changes.map(({ name: layer, released, now }) => `${layer}: ${released.slice(0, 12)}… then, ${now.slice(0, 12)}… now`),
      ...[...recipe.dependencies].filter(([id]) => !id.startsWith('layer ')).map(([id, digest]) => `made from ${id}: ${digest}`),
    ],
  });
}

async function inputsOf({ host }: Desk, recipe: Recipe, artifact: Artifact): Promise<readonly InputChange[]> {
  const inputs = await readInputs(host, artifact);
  const { distro, image, role } = artifact;
  if (inputs === null) return [];
  const { spec } = await loadSpec(host, { distro, image, role });
  return changedInputs(recipe, dependenciesOf(spec, inputs));
}

function untold(name: string): BakeError {
  return new BakeError('RELEASE_NOT_FOUND', {
    what: `${name} does not say what it was made from`,
    fix: 'Only a release with provenance can be made again; those that are baked now have it',
  });
}
