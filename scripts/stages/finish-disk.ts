import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Artifact, StageTime } from '../model/artifact.ts';
import type { BakeInputs } from '../model/bake-inputs.ts';
import type { BuildPlan } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Workspace } from '../model/workspace.ts';
import { digestOf } from '../plan/digest.ts';
import { checkImage, commitArgv, imageInfo, renameBackingArgv } from '../tools/qemu-img.ts';
import { allEnded } from './all-ended.ts';
import type { Context, Stage } from './stage.ts';

export interface FinishRequest {
  readonly spec: ImageSpec;
  readonly plan: BuildPlan;
  /** Kept beside the disk. Absent from trials, whose disks are never published. */
  readonly inputs?: BakeInputs;
  readonly workspace: Workspace;
  /** The compressed disk without a parent. */
  readonly flatPath: string;
  /** Overlays on it, lowest first. */
  readonly overlayPaths: readonly string[];
  readonly artifactDir: string;
  readonly stageTimes: () => readonly StageTime[];
}

const SMALLEST_DISK_BYTES = 50 * 2 ** 20;

/** Makes the one stand-alone disk that is tested and shipped: a copy of the compressed parent with the changed clusters committed into it. */
export const finishDisk: Stage<FinishRequest, Artifact> = {
  name: 'finish',
  title: 'Finished disk',
  run: async (request, context) => {
    const { host, scope } = context;
    const { artifactDir, workspace } = request;
    const partialDir = `${artifactDir}.${workspace.runId}.partial`;
    scope.onFailure('half-made artifact', () => host.files.remove(partialDir));
    await host.files.makeDir(partialDir);
    const diskPath = join(partialDir, 'disk.qcow2');
    await host.files.copy(request.flatPath, diskPath);
    for (const overlayPath of request.overlayPaths) await commitCopy(host, { overlayPath, diskPath, dir: partialDir });
    // Nothing writes to the disk any more: what only reads it is done at once.
    const [packages, sha256] = await allEnded([packagesOfWholeDisk(diskPath, partialDir, context), host.files.digest(diskPath), host.files.sync(diskPath)]);
    const artifact = await describe(host, { request, diskPath, packages, sha256 });
    if (request.inputs !== undefined) await host.files.writeText(join(partialDir, 'inputs.json'), `${JSON.stringify(request.inputs, undefined, 2)}\n`);
    await host.files.writeText(join(partialDir, 'artifact.json'), `${JSON.stringify(artifact, undefined, 2)}\n`);
    await host.files.remove(artifactDir);
    await host.files.rename(partialDir, artifactDir);
    return artifact;
  },
};

/** The layer in the cache stays as it is: its copy is told who its parent is now, and written into it. */
async function commitCopy(
  host: Host,
  { overlayPath, diskPath, dir }: { readonly overlayPath: string; readonly diskPath: string; readonly dir: string },
): Promise<void> {
  const copyPath = join(dir, 'overlay.qcow2');
  await host.files.copy(overlayPath, copyPath);
  await host.run(renameBackingArgv({ path: copyPath, backing: diskPath }));
  await host.run(commitArgv(copyPath));
  await host.files.remove(copyPath);
}

async function packagesOfWholeDisk(diskPath: string, dir: string, { host }: Context): Promise<readonly string[]> {
  await checkImage(host, diskPath);
  const workDir = join(dir, 'check');
  await host.files.makeDir(workDir);
  await host.run(['bash', join(host.facts.projectDir, 'packer/check-disk.sh')], { contain: true, env: { DISK: diskPath, WORK_DIR: workDir } });
  const text = await host.files.readText(join(workDir, 'packages.txt'));
  await host.files.remove(workDir);
  return text.split('\n').filter((line) => line !== '');
}

interface WholeDisk {
  readonly request: FinishRequest;
  readonly diskPath: string;
  readonly packages: readonly string[];
  readonly sha256: string;
}

async function describe(host: Host, { request, diskPath, packages, sha256 }: WholeDisk): Promise<Artifact> {
  const { spec, plan, artifactDir } = request;
  const info = await imageInfo(host, diskPath);
  refuseUnfinished(diskPath, info);
  return {
    kind: 'Artifact',
    schemaVersion: 1,
    parent: digestOf(plan),
    imageId: spec.imageId,
    key: plan.layers.at(-1)?.key ?? '',
    distro: spec.distro.id,
    image: spec.image,
    role: spec.role,
    driver: plan.driver,
    diskPath: join(artifactDir, 'disk.qcow2'),
    sha256,
    sizeBytes: (await host.files.stat(diskPath))?.sizeBytes ?? 0,
    virtualSizeBytes: info.virtualSizeBytes,
    compression: plan.output.compression,
    packages,
    stageTimes: request.stageTimes(),
    bakedAt: host.clock.now().toISOString(),
  };
}

/** There are builders that report success with no disk written: what was made is looked at, not believed. */
function refuseUnfinished(path: string, { format, backingFile, sizeBytes }: Awaited<ReturnType<typeof imageInfo>>): void {
  if (format === 'qcow2' && backingFile === undefined && sizeBytes >= SMALLEST_DISK_BYTES) return;
  throw new BakeError('BAKE_FAILED', {
    what: `${path} is not a finished disk (${format}, ${sizeBytes} bytes, backing file ${backingFile ?? 'none'})`,
    fix: 'Bake again with --fresh; report this if it stays',
  });
}
