import type { IndexText } from '../shelf.ts';

/** What a place must be able to do to hold layers that machines share. Names are `<key>/<file>`, and never come from a reader's own hand. */
export interface LayerShelf {
  readonly location: string;
  /** A small text, cut off where no record is that long; undefined when there is none. */
  readonly readText: (name: string) => Promise<IndexText | undefined>;
  /** False, with nothing changed, when there is another text than the one that was read. */
  readonly replaceText: (name: string, text: string, read: IndexText | undefined) => Promise<boolean>;
  readonly sizeOf: (name: string) => Promise<number | undefined>;
  /** A disk's bytes from an offset on, as they come. */
  readonly open: (name: string, offset: number) => Promise<AsyncIterable<Uint8Array>>;
  /** Whole or not at all, and only when its bytes are the promised ones. */
  readonly writeDisk: (name: string, disk: SharedDisk) => Promise<void>;
}

export interface SharedDisk {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** As people call it. */
  readonly title: string;
}
