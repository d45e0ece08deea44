/** Media types of the OCI image specification, as far as a release has to do with them. */
export const MANIFEST_TYPE = 'application/vnd.oci.image.manifest.v1+json';

/** A thing of a registry, named by its content. */
export interface Descriptor {
  readonly mediaType: string;
  readonly digest: string;
  readonly size: number;
  readonly annotations?: Readonly<Record<string, string>>;
}

/** Where an image's manifest says which disk lies in it: the digest of the disk that was tested. */
export const DISK_SHA256 = 'vnd.ingot.disk.sha256';

/** A text of an image; it is named by the SHA-256 of just these bytes. */
export interface ImageText {
  readonly sha256: string;
  readonly text: string;
}

/** A release as KubeVirt pulls it: an OCI image of one layer, in which lies the released disk and nothing else. */
export interface ContainerDisk {
  /** An uncompressed tar: the disk in it is compressed already. */
  readonly layer: { readonly sha256: string; readonly sizeBytes: number };
  readonly config: ImageText;
  /** Its digest is the image's. */
  readonly manifest: ImageText;
}
