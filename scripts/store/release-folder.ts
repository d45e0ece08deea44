import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { DISK, type PackedRelease } from './pack-release.ts';
import { assertReleaseName } from './read-release.ts';
import type { ReleaseName } from './store.ts';

/** What is still being written, or was when its writer died. */
export const PARTIAL = /^\..*\.partial$/;

/** Where a release is, with names that can not lead out of the store. */
export function releaseDir(storeDir: string, name: ReleaseName): string {
  assertReleaseName(name);
  return join(storeDir, name.imageId, name.version);
}

/** Writes a release under a temporary name, proves that it is what was tested, and only then gives it its name. */
export async function writeReleaseFolder(host: Host, storeDir: string, packed: PackedRelease): Promise<void> {
  const { release } = packed;
  const dir = releaseDir(storeDir, release);
  if (await host.files.exists(dir))
    throw refused(`${release.imageId}@${release.version} exists already`, 'Releases are never changed: publish again for a new version');
  const imageDir = join(storeDir, release.imageId);
  if (!['directory', undefined].includes((await host.files.stat(imageDir))?.kind))
    throw refused(`${imageDir} is a link or a file, not a folder of the store`, 'Move it away: a store holds its releases itself');
  const partialDir = join(imageDir, `.${release.version}.${randomBytes(6).toString('hex')}.partial`);
  try {
    await host.files.makeDir(partialDir);
    await fill(host, partialDir, packed);
    await host.files.rename(partialDir, dir);
  } catch (error) {
    await host.files.remove(partialDir);
    throw error;
  }
  await host.files.sync(imageDir);
}

/** Hashes a disk and refuses it unless it is, byte for byte, the one that was tested. */
export async function assertDigest(host: Host, path: string, expected: { readonly sha256: string; readonly name: string }): Promise<void> {
  const found = await host.files.digest(path);
  if (found === expected.sha256) return;
  throw new BakeError('DISK_CHANGED', {
    what: `The disk of ${expected.name} is not the one that was tested`,
    fix: 'Do not use it: bake and publish again, and find out what wrote to it',
    details: [`expected sha256 ${expected.sha256}`, `found    sha256 ${found}`, `file     ${path}`],
  });
}

async function fill(host: Host, dir: string, { release, diskPath, files }: PackedRelease): Promise<void> {
  if ((await host.files.stat(diskPath))?.kind !== 'file')
    throw refused(`The artifact's disk ${diskPath} is not there`, 'Bake again: the disk of an artifact must stay until it is published');
  await host.files.link(diskPath, join(dir, DISK));
  for (const { name, text } of files) await host.files.writeText(join(dir, name), text);
  await assertDigest(host, join(dir, DISK), { sha256: release.disk.sha256, name: `${release.imageId}@${release.version}` });
  await host.files.sync(join(dir, DISK));
  await host.files.sync(dir);
}

function refused(what: string, fix: string): BakeError {
  return new BakeError('PUBLISH_REFUSED', { what, fix });
}
