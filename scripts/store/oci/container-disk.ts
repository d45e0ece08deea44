import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import { DISK_SHA256, MANIFEST_TYPE, type ContainerDisk } from '../../model/container-disk.ts';
import type { Release } from '../../model/release.ts';
import type { OciAddress } from './address.ts';
import { digestOf, getManifest, openRegistry, putManifest, type Registry } from './registry.ts';
import { containerDiskTag, fitsTags } from './tags.ts';
import { uploadDiskBlob, uploadTextBlob } from './upload-blob.ts';

export interface ContainerDiskToPush {
  readonly release: Release;
  readonly image: ContainerDisk;
  readonly layerPath: string;
}

/** Where a containerDisk lies, in the words of those who pull it. */
export interface StoredContainerDisk {
  /** `host/repository:tag`, for people. */
  readonly tag: string;
  /** `host/repository@sha256:…`, for machines: it never means another image. */
  readonly image: string;
}

/** Every kind of manifest that may have a tag: what is not ours must be seen as well. */
const ANY_MANIFEST = [
  MANIFEST_TYPE,
  'application/vnd.oci.image.index.v1+json',
  'application/vnd.docker.distribution.manifest.v2+json',
  'application/vnd.docker.distribution.manifest.list.v2+json',
].join(', ');

/** Uploads a containerDisk and gives it its tag last: until then nobody can pull it. A tag that means another image stays as it is. */
export async function pushContainerDisk(host: Host, address: OciAddress, disk: ContainerDiskToPush): Promise<StoredContainerDisk> {
  const { release, image, layerPath } = disk;
  const registry = openRegistry(host, address);
  const [tag, digest] = [tagOf(release), `sha256:${image.manifest.sha256}`];
  if (await isFree(registry, tag, digest)) {
    await uploadDiskBlob(host, registry, { path: layerPath, ...image.layer, name: `${release.imageId}@${release.version}` });
    await uploadTextBlob(registry, image.config.text);
    // Others may have been at work while the disk went up.
    if (await isFree(registry, tag, digest)) await putManifest(registry, tag, image.manifest.text);
    if (await isFree(registry, tag, digest)) throw lost(registry, tag);
  }
  return storedAt(address, tag, digest);
}

/** Finds the containerDisk of a release by its tag, and refuses one that says that another disk is in it. */
export async function findContainerDisk(host: Host, address: OciAddress, release: Release): Promise<StoredContainerDisk> {
  const registry = openRegistry(host, address);
  const [tag, name] = [tagOf(release), `${release.imageId}@${release.version}`];
  const found = await getManifest(registry, tag);
  if (found === undefined)
    throw new BakeError('RELEASE_NOT_FOUND', {
      what: `${registry.location} has no containerDisk of ${name}`,
      fix: `Put it there: npm run export -- ${name} --format containerdisk --push ${registry.location}`,
    });
  const sha256 = found.manifest.annotations?.[DISK_SHA256];
  if (sha256 === release.disk.sha256) return storedAt(address, tag, found.digest);
  throw new BakeError('DISK_CHANGED', {
    what: `What ${registry.location} has under the tag ${tag} is not the containerDisk of ${name}`,
    fix: 'Do not use it: find out who put it there, or name another repository',
    details: [`expected disk sha256 ${release.disk.sha256}`, `found    disk sha256 ${sha256 ?? 'none'}`],
  });
}

function tagOf(release: Release): string {
  if (fitsTags(release)) return containerDiskTag(release);
  throw new BakeError('PUBLISH_REFUSED', { what: `${release.imageId} is too long for the tags of a registry`, fix: 'Give the image a shorter name' });
}

function storedAt({ authority, repository }: OciAddress, tag: string, digest: string): StoredContainerDisk {
  return { tag: `${authority}/${repository}:${tag}`, image: `${authority}/${repository}@${digest}` };
}

/** False when the tag means this very image already; refuses when it means another. */
async function isFree({ ask, location }: Registry, tag: string, digest: string): Promise<boolean> {
  const answer = await ask(`manifests/${tag}`, { headers: { accept: ANY_MANIFEST }, absent: 'allowed' });
  if (answer.status === 404) return true;
  const found = digestOf(await answer.text());
  if (found === digest) return false;
  throw new BakeError('PUBLISH_REFUSED', {
    what: `${location} has another image under the tag ${tag}`,
    fix: 'It was left as it is. Find out who put it there; remove the tag in the registry, or push to another repository',
    details: [`there ${found}`, `ours  ${digest}`],
  });
}

function lost({ location }: Registry, tag: string): BakeError {
  return new BakeError('NETWORK_UNREACHABLE', {
    what: `${location} says that it has the tag ${tag}, and does not have it`,
    fix: 'Run the same command again; what was uploaded is not sent again',
  });
}
