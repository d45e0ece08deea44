import { basename, dirname, join } from 'node:path';
import type { Profile } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import { sizeIn, type DiskFormat } from '../plan/disk-formats.ts';
import { renderOvf } from '../render/ovf.ts';
import { blobPath, layoutTexts } from '../plan/container-disk.ts';
import { compareTarArgv, packLargeTarArgv, packTarArgv } from '../tools/tar.ts';
import { testZstd, zstdArgv } from '../tools/zstd.ts';
import { loadTemplates } from './load-templates.ts';
import { makeContainerDisk } from './make-container-disk.ts';
import type { Context, Stage } from './stage.ts';

export interface DiskToPack {
  readonly release: Release;
  readonly format: DiskFormat;
  /** The converted disk, below workDir. */
  readonly path: string;
  readonly workDir: string;
  readonly size: Profile;
}

/** Puts a converted disk into what its readers expect around it, and reads that back; resolves with the path of the result. */
export const packDisk: Stage<DiskToPack, string> = {
  name: 'pack-disk',
  title: 'Pack the disk',
  run: async (disk, context) => packings[disk.format.packing](context, disk),
};

const packings: Readonly<Record<DiskFormat['packing'], (context: Context, disk: DiskToPack) => Promise<string>>> = {
  none: (_context, { path }) => Promise.resolve(path),
  zstd: packZstd,
  ova: packOva,
  oci: packOci,
};

async function packZstd({ host }: Context, { path }: DiskToPack): Promise<string> {
  await host.run(zstdArgv(path), { contain: true });
  await testZstd(host, `${path}.zst`);
  return `${path}.zst`;
}

/** The description comes first, as readers of a stream need it; the manifest has the digest of both others. */
async function packOva({ host }: Context, { release, format, path, workDir, size }: DiskToPack): Promise<string> {
  const stem = `${release.imageId}-${release.version}`;
  const dir = join(workDir, 'ova');
  const [ovf, manifest, disk] = [`${stem}.ovf`, `${stem}.mf`, basename(path)];
  await host.files.makeDir(dir);
  await host.files.rename(path, join(dir, disk));
  const { sizeBytes = 0 } = (await host.files.stat(join(dir, disk))) ?? {};
  const capacityBytes = sizeIn(format, release.disk.virtualSizeBytes);
  const text = renderOvf({ release, size, disk: { file: disk, sizeBytes, capacityBytes }, templates: await loadTemplates(host, ['ovf']) });
  await host.files.writeUnsynced(join(dir, ovf), text);
  const lines = await Promise.all([ovf, disk].map(async (name) => `SHA256(${name})= ${await host.files.digest(join(dir, name))}\n`));
  await host.files.writeUnsynced(join(dir, manifest), lines.join(''));
  const archive = { path: join(workDir, 'disk.ova'), dir, names: [ovf, manifest, disk] };
  await host.run(packTarArgv(archive), { contain: true });
  await host.run(compareTarArgv(archive), { contain: true });
  return archive.path;
}

/** An OCI image layout as one file. */
async function packOci(context: Context, { release, path, workDir }: DiskToPack): Promise<string> {
  const { files, run } = context.host;
  const { image, layerPath } = await makeContainerDisk.run({ release, diskPath: path, workDir }, context);
  const dir = join(workDir, 'layout');
  await files.makeDir(dirname(join(dir, blobPath(image.layer.sha256))));
  await files.rename(layerPath, join(dir, blobPath(image.layer.sha256)));
  const texts = layoutTexts(release, image);
  for (const file of texts) await files.writeUnsynced(join(dir, file.path), file.text);
  const names = [...texts.map((file) => file.path), blobPath(image.layer.sha256)].toSorted();
  const archive = { path: join(workDir, 'image.tar'), dir, names };
  await run(packLargeTarArgv(archive), { contain: true });
  await run(compareTarArgv(archive), { contain: true });
  return archive.path;
}
