import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { IMAGE_ID_PATTERN, VERSION_PATTERN } from '../model/release-name.ts';
import type { Release } from '../model/release.ts';
import { readOrUndefined } from './process-identity.ts';

const FILE_NAME = /^[a-z0-9]+(?:[.-][a-z0-9]+)*$/;
const DISK = 'disk.qcow2';
/** A release with this file in it is on its way out: it is never listed again. */
export const TOMBSTONE = 'REMOVED';
/** What is still being written, or was when its writer died. */
export const PARTIAL = /^\..*\.partial$/;

export interface NewRelease {
  readonly release: Release;
  /** The artifact's disk: linked where it can be, else copied. */
  readonly diskPath: string;
  /** Reports and lists beside the disk. */
  readonly files: readonly { readonly name: string; readonly text: string }[];
}

/** Where a release is, with names that can not lead out of the store. */
export function releaseDir(storeDir: string, { imageId, version }: { readonly imageId: string; readonly version: string }): string {
  if (!IMAGE_ID_PATTERN.test(imageId) || !VERSION_PATTERN.test(version)) {
    throw new BakeError('USAGE', {
      what: `${JSON.stringify(`${imageId}@${version}`.slice(0, 160))} does not name a release`,
      fix: 'Use an image id and a version as `npm run images` shows them',
    });
  }
  return join(storeDir, imageId, version);
}

/** Writes a release under a temporary name, proves that it is what was tested, and only then gives it its name. */
export async function writeReleaseFolder(host: Host, storeDir: string, { release, diskPath, files }: NewRelease): Promise<string> {
  const dir = releaseDir(storeDir, release);
  if (await host.files.exists(dir))
    throw refused(`${release.imageId}@${release.version} exists already`, 'Releases are never changed: publish again for a new version');
  const imageDir = join(storeDir, release.imageId);
  if (!['directory', undefined].includes((await host.files.stat(imageDir))?.kind))
    throw refused(`${imageDir} is a link or a file, not a folder of the store`, 'Move it away: a store holds its releases itself');
  const partialDir = join(imageDir, `.${release.version}.${randomBytes(6).toString('hex')}.partial`);
  try {
    await host.files.makeDir(partialDir);
    await fill(host, partialDir, { release, diskPath, files });
    await host.files.rename(partialDir, dir);
  } catch (error) {
    await host.files.remove(partialDir);
    throw error;
  }
  await host.files.sync(imageDir);
  return dir;
}

/** Reads what a release folder promises; undefined, with no error, when it is not a whole release. */
export async function readRelease(host: Host, dir: string): Promise<Release | undefined> {
  if ((await host.files.stat(dir))?.kind !== 'directory' || (await host.files.stat(join(dir, DISK)))?.kind !== 'file') return undefined;
  if ((await host.files.stat(join(dir, 'manifest.json')))?.kind !== 'file') return undefined;
  const text = (await readOrUndefined(host, join(dir, 'manifest.json'))) ?? '';
  try {
    const release = JSON.parse(text) as Release;
    const whole =
      release.kind === 'Release' && release.schemaVersion === 1 && release.disk.file === DISK && dir.endsWith(join('/', release.imageId, release.version));
    return whole ? release : undefined;
  } catch {
    return undefined;
  }
}

/** Hashes a disk and refuses it unless it is, byte for byte, the one that was tested. */
export async function assertDigest(host: Host, path: string, expected: { readonly sha256: string; readonly name: string }): Promise<void> {
  const found = await host.files.digest(path);
  if (found === expected.sha256) return;
  throw new BakeError('DIGEST_MISMATCH', {
    what: `The disk of ${expected.name} is not the one that was tested`,
    fix: 'Do not use it: bake and publish again, and find out what wrote to it',
    details: [`expected sha256 ${expected.sha256}`, `found    sha256 ${found}`, `file     ${path}`],
  });
}

async function fill(host: Host, dir: string, { release, diskPath, files }: NewRelease): Promise<void> {
  if ((await host.files.stat(diskPath))?.kind !== 'file')
    throw refused(`The artifact's disk ${diskPath} is not there`, 'Bake again: the disk of an artifact must stay until it is published');
  await host.files.link(diskPath, join(dir, DISK));
  const texts = [{ name: 'manifest.json', text: `${JSON.stringify(release, undefined, 2)}\n` }, ...files];
  for (const { name, text } of texts) {
    if (!FILE_NAME.test(name) || name === DISK)
      throw refused(`${JSON.stringify(name)} is not a name for a file of a release`, 'Use small letters, digits, dots and dashes');
    await host.files.writeText(join(dir, name), text);
  }
  await assertDigest(host, join(dir, DISK), { sha256: release.disk.sha256, name: `${release.imageId}@${release.version}` });
  const lines = [`${release.disk.sha256}  ${DISK}\n`];
  for (const { name } of texts) lines.push(`${await host.files.digest(join(dir, name))}  ${name}\n`);
  await host.files.writeText(join(dir, 'SHA256SUMS'), lines.toSorted((a, b) => (a.slice(66) < b.slice(66) ? -1 : 1)).join(''));
  for (const name of [DISK, ...texts.map((file) => file.name), 'SHA256SUMS']) await host.files.sync(join(dir, name));
  await host.files.sync(dir);
}

function refused(what: string, fix: string): BakeError {
  return new BakeError('PUBLISH_REFUSED', { what, fix });
}
