import { DISK_SHA256, MANIFEST_TYPE, type ContainerDisk, type Descriptor, type ImageText } from '../model/container-disk.ts';
import type { Release } from '../model/release.ts';
import { digestOfText } from './digest.ts';

const CONFIG_TYPE = 'application/vnd.oci.image.config.v1+json';
const LAYER_TYPE = 'application/vnd.oci.image.layer.v1.tar';
/** Which image of a layout is meant: tools show it as the image's name. */
const REF_NAME = 'org.opencontainers.image.ref.name';

/** One entry of the layer, as its archive has it. */
export interface LayerEntry {
  /** Below the root of the image. */
  readonly path: string;
  readonly mode: string;
}

/** Who owns the layer: the user as whom KubeVirt runs QEMU. */
export const LAYER_OWNER = 107;

/** What lies in the layer. KubeVirt takes the one file of /disk, whatever its name is. */
export function layerEntries({ imageId, version }: Pick<Release, 'imageId' | 'version'>): { readonly folder: LayerEntry; readonly disk: LayerEntry } {
  return { folder: { path: 'disk', mode: '0555' }, disk: { path: `disk/${imageId}-${version}.qcow2`, mode: '0440' } };
}

/** Describes a release's layer as an image: from the release and the layer alone, so that the same release is the same image everywhere. */
export function planContainerDisk(release: Release, layer: ContainerDisk['layer']): ContainerDisk {
  const annotations = annotationsOf(release);
  const { publishedAt: created } = release;
  const config = imageText({
    created,
    architecture: 'amd64',
    os: 'linux',
    // Labels are what tools show that know nothing of annotations.
    config: { Labels: annotations },
    rootfs: { type: 'layers', diff_ids: [`sha256:${layer.sha256}`] },
    history: [{ created, created_by: 'ingot export', comment: `the disk of ${release.imageId}@${release.version}` }],
  });
  const manifest = imageText({
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    config: descriptorOf(CONFIG_TYPE, config),
    layers: [{ mediaType: LAYER_TYPE, digest: `sha256:${layer.sha256}`, size: layer.sizeBytes }],
    annotations,
  });
  return { layer, config, manifest };
}

/** The files of an OCI image layout, beside the layer. */
export function layoutTexts({ imageId, version }: Release, { config, manifest }: ContainerDisk): readonly { readonly path: string; readonly text: string }[] {
  const entry = { ...descriptorOf(MANIFEST_TYPE, manifest), annotations: { [REF_NAME]: `${imageId}:${version}` } };
  return [
    { path: 'oci-layout', text: JSON.stringify({ imageLayoutVersion: '1.0.0' }) },
    { path: 'index.json', text: JSON.stringify({ schemaVersion: 2, mediaType: 'application/vnd.oci.image.index.v1+json', manifests: [entry] }) },
    ...[config, manifest].map(({ sha256, text }) => ({ path: blobPath(sha256), text })),
  ];
}

/** Where a layout has what is named by this digest. */
export function blobPath(sha256: string): string {
  return `blobs/sha256/${sha256}`;
}

function annotationsOf(release: Release): Readonly<Record<string, string>> {
  return {
    'org.opencontainers.image.created': release.publishedAt,
    'org.opencontainers.image.title': release.imageId,
    'org.opencontainers.image.version': release.version,
    [DISK_SHA256]: release.disk.sha256,
  };
}

function imageText(document: object): ImageText {
  const text = JSON.stringify(document);
  return { sha256: digestOfText(text), text };
}

function descriptorOf(mediaType: string, { sha256, text }: ImageText): Descriptor {
  return { mediaType, digest: `sha256:${sha256}`, size: new TextEncoder().encode(text).length };
}
