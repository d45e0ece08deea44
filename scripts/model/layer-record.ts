/** What a machine says of a layer that it shares with others: signed, and written only once the layer's bytes are there. */
export interface LayerRecord {
  readonly kind: 'LayerRecord';
  readonly schemaVersion: 1;
  readonly key: string;
  /** `base`, `compact` or a layer's name. */
  readonly name: string;
  /** Image, or distro, that it was baked for first. */
  readonly imageId: string;
  /** The very disk that it was made on: the same key baked twice gives other bytes. Null for a whole disk. */
  readonly parent: { readonly key: string; readonly sha256: string } | null;
  /** Of the bytes as they are shared. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A layer as a plan wants it: all that a record has to agree with. */
export interface WantedLayer {
  readonly key: string;
  readonly name: string;
  /** Null for a whole disk. */
  readonly parentKey: string | null;
}

/** Where machines share layers, and whether this run may add to them. */
export interface LayerCachePlace {
  /** A folder, or s3://bucket/prefix. */
  readonly location: string;
  readonly write: boolean;
}
