import { basename, dirname, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { withScope } from '../host/scope.ts';
import type { Release } from '../model/release.ts';
import { diskFormat, type DiskFormat } from '../plan/disk-formats.ts';
import { checkRelease } from '../stages/check-release.ts';
import { convertDisk } from '../stages/convert-disk.ts';
import { packDisk } from '../stages/pack-disk.ts';
import { runStageIn, type Context, type Desk } from '../stages/stage.ts';
import { withLock } from '../store/lock.ts';
import { openStore } from '../store/open-store.ts';
import { chooseSize } from './choose-size.ts';
import { heedMarks } from './heed-marks.ts';
import { resolveReference } from './resolve-reference.ts';
import { spaceNamed } from './space-named.ts';

const FULL = 'Free some, or give --out a path on another disk; nothing half-made was left';

export interface ExportRequest {
  readonly storeLocation: string;
  readonly reference: string;
  /** Also one that was taken back. */
  readonly yanked?: boolean;
  readonly format: string;
  /** Where the file goes: a path, or the folder in which it gets the release's name. */
  readonly out: { readonly path: string } | { readonly dir: string };
}

/** One release's disk in a format for readers that are not QEMU. */
export interface ExportedDisk {
  readonly reference: string;
  readonly format: string;
  readonly path: string;
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** Writes the disk of a published release in another format: its digest checked before, its content compared after, whole or not at all. */
export async function exportRelease(desk: Desk, request: ExportRequest): Promise<ExportedDisk> {
  const { host } = desk;
  const format = diskFormat(request.format);
  const store = openStore(host, request.storeLocation);
  const { release, entry } = await store.find(await resolveReference(desk, store, request.reference));
  heedMarks(desk, entry, request.yanked);
  const outPath = 'path' in request.out ? request.out.path : join(request.out.dir, `${release.imageId}-${release.version}.${format.suffix}`);
  await refuseTaken(host, outPath);
  return withLock(host, `${outPath}.lock`, { purpose: `export ${release.imageId}`, say: desk.say }, () =>
    withScope((scope) => writeWhole({ ...desk, scope }, { release, format, outPath, storeLocation: request.storeLocation })),
  );
}

interface Export {
  readonly release: Release;
  readonly format: DiskFormat;
  readonly outPath: string;
  readonly storeLocation: string;
}

async function writeWhole(context: Context, { release, format, outPath, storeLocation }: Export): Promise<ExportedDisk> {
  const { files } = context.host;
  const workDir = `${outPath}.partial`;
  // Nobody else is at work here: what lies there is from an export that was killed.
  await files.remove(workDir);
  context.scope.always('work folder', () => files.remove(workDir));
  await files.makeDir(workDir);
  const path = await spaceNamed({ dir: dirname(outPath), fix: FULL }, async () => {
    const exact = { imageId: release.imageId, selector: { kind: 'version', version: release.version } } as const;
    const store = openStore(context.host, storeLocation);
    const { diskPath } = await runStageIn(context, checkRelease, { store, reference: exact, diskPath: join(workDir, 'release.qcow2') });
    const converted = await runStageIn(context, convertDisk, { release, diskPath, format, workDir, name: diskName(release, format, outPath) });
    const size = await chooseSize(context, { profile: release.defaultProfile, cpus: undefined, memoryMiB: undefined });
    return runStageIn(context, packDisk, { release, format, path: converted, workDir, size });
  });
  await files.chmod(path, 0o644);
  await files.sync(path);
  const [sha256, stat] = [await files.digest(path), await files.stat(path)];
  await refuseTaken(context.host, outPath);
  await files.rename(path, outPath);
  return { reference: `${release.imageId}@${release.version}`, format: format.id, path: outPath, sha256, sizeBytes: stat?.sizeBytes ?? 0 };
}

/** Some formats name their own file inside: that is the name under which it is found. */
function diskName({ imageId, version }: Release, { packing, qemuFormat }: DiskFormat, outPath: string): string {
  return packing === 'none' ? basename(outPath) : `${imageId}-${version}-disk1.${qemuFormat}`;
}

async function refuseTaken({ files }: Host, path: string): Promise<void> {
  if (await files.exists(path)) throw new BakeError('USAGE', { what: `${path} is there already`, fix: 'Remove it, or give --out another path' });
  const dir = dirname(path);
  if ((await files.stat(dir))?.kind === 'directory' && (await files.writable(dir))) return;
  throw new BakeError('USAGE', { what: `Nothing can be written in ${dir}`, fix: 'Give --out a path in a folder that is there and that you may write to' });
}
