import { MANIFEST_TYPE, type Descriptor } from '../../model/container-disk.ts';
import type { Release } from '../../model/release.ts';

const ARTIFACT_TYPE = 'application/vnd.ingot.release.v1';
const DISK_TYPE = 'application/vnd.ingot.disk.v1+qcow2';
/** The name under which the registry's tools write a layer to a file. */
const TITLE = 'org.opencontainers.image.title';
/** What an artifact without a configuration has instead: two bytes. */
export const EMPTY_CONFIG = {
  mediaType: 'application/vnd.oci.empty.v1+json',
  digest: 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a',
  size: 2,
} as const;
export const EMPTY_CONFIG_TEXT = '{}';

/** As much of an OCI image manifest as a store has to do with. */
export interface Manifest {
  readonly schemaVersion: 2;
  readonly mediaType: string;
  readonly artifactType: string;
  readonly config: Descriptor;
  readonly layers: readonly Descriptor[];
  readonly annotations?: Readonly<Record<string, string>>;
}

export interface Layer {
  readonly file: string;
  readonly digest: string;
  readonly size: number;
}

/** A release as one artifact: a layer for each file, named as the file is, so that `oras pull` brings the folder back. */
export function releaseManifest(release: Release, layers: readonly Layer[], annotations: Readonly<Record<string, string>>): Manifest {
  return {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: ARTIFACT_TYPE,
    config: EMPTY_CONFIG,
    layers: layers.map(({ file, digest, size }) => ({
      mediaType: file === release.disk.file ? DISK_TYPE : 'application/octet-stream',
      digest,
      size,
      annotations: { [TITLE]: file },
    })),
    annotations: {
      'org.opencontainers.image.created': release.publishedAt,
      'org.opencontainers.image.title': release.imageId,
      'org.opencontainers.image.version': release.version,
      ...annotations,
    },
  };
}

/** A manifest that is only a note: what is to be remembered stands in its annotations. */
export function noteManifest(annotations: Readonly<Record<string, string>>): Manifest {
  return {
    schemaVersion: 2,
    mediaType: MANIFEST_TYPE,
    artifactType: 'application/vnd.ingot.note.v1',
    config: EMPTY_CONFIG,
    layers: [EMPTY_CONFIG],
    annotations,
  };
}

/** The files of a release, by their names; whatever has none is not a file of it. */
export function layersOf({ layers }: Manifest): readonly Layer[] {
  return layers.flatMap(({ digest, size, annotations }) => (annotations?.[TITLE] === undefined ? [] : [{ file: annotations[TITLE], digest, size }]));
}
