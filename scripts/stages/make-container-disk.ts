import { dirname, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { ContainerDisk } from '../model/container-disk.ts';
import type { Release } from '../model/release.ts';
import { LAYER_OWNER, layerEntries, planContainerDisk } from '../plan/container-disk.ts';
import { addToTarArgv, digestInTarArgv } from '../tools/tar.ts';
import type { Stage } from './stage.ts';

export interface DiskOfRelease {
  readonly release: Release;
  /** The released file itself, its digest checked. */
  readonly diskPath: string;
  readonly workDir: string;
}

export interface MadeContainerDisk {
  readonly image: ContainerDisk;
  readonly layerPath: string;
}

/** Packs a released disk as the one layer of an image, and reads it back: resolves once the very bytes of the release were found inside. */
export const makeContainerDisk: Stage<DiskOfRelease, MadeContainerDisk> = {
  name: 'make-container-disk',
  title: 'Pack the disk as the layer of an image',
  run: async (disk, { host }) => {
    const layerPath = await packLayer(host, disk);
    await assertReleasedInside(host, layerPath, disk.release);
    const [sha256, stat] = [await host.files.digest(layerPath), await host.files.stat(layerPath)];
    return { image: planContainerDisk(disk.release, { sha256, sizeBytes: stat?.sizeBytes ?? 0 }), layerPath };
  },
};

async function packLayer({ run, files }: Host, { release, diskPath, workDir }: DiskOfRelease): Promise<string> {
  const archive = { path: join(workDir, 'layer.tar'), dir: join(workDir, 'layer') };
  const { folder, disk } = layerEntries(release);
  await files.makeDir(dirname(join(archive.dir, disk.path)));
  await files.link(diskPath, join(archive.dir, disk.path));
  const modifiedSeconds = Math.floor(Date.parse(release.publishedAt) / 1000);
  for (const { path: name, mode } of [folder, disk]) await run(addToTarArgv(archive, { name, mode, owner: LAYER_OWNER, modifiedSeconds }), { contain: true });
  return archive.path;
}

async function assertReleasedInside(host: Host, layerPath: string, release: Release): Promise<void> {
  const { stdout } = await host.run(digestInTarArgv(layerPath, layerEntries(release).disk.path), { contain: true });
  const found = stdout.slice(0, 64);
  if (found === release.disk.sha256) return;
  throw new BakeError('DIGEST_MISMATCH', {
    what: `The layer does not hold the disk of ${release.imageId}@${release.version}`,
    fix: 'Run the same command again; if it stays, another version of tar is needed',
    details: [`expected sha256 ${release.disk.sha256}`, `found    sha256 ${found}`],
  });
}
