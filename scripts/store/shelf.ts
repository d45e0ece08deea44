import type { Release } from '../model/release.ts';
import type { PackedRelease } from './pack-release.ts';
import type { ReleaseName } from './store.ts';

/** The index as it was read, and by what the place knows that it has not changed since. */
export interface IndexText {
  readonly text: string;
  readonly revision: string;
}

export interface StoredRelease extends ReleaseName {
  readonly files: readonly string[];
}

/** What a place must be able to do to hold releases. All that a store promises is built on these, once, for every kind of place. */
export interface Shelf {
  readonly location: string;
  /** True: a release that a dead publisher had begun is gone on with, under its number. */
  readonly resumes: boolean;
  /** True: the index is made from the releases whenever it is read, and nobody writes it as a whole: what vouches for it are their own signatures. */
  readonly derivesIndex: boolean;
  /** Makes the place where it can be made, and refuses one that cannot be written or trusted. */
  readonly assertUsable: () => Promise<void>;
  readonly readIndexText: () => Promise<IndexText | undefined>;
  /** False, with nothing changed, when the index is no longer the one that was read. */
  readonly replaceIndexText: (text: string, read: IndexText | undefined) => Promise<boolean>;
  /** A small text of the store itself, beside its index. */
  readonly readNote: (name: string) => Promise<string | undefined>;
  /** Whole or not at all. */
  readonly writeNote: (name: string, text: string) => Promise<void>;
  /** Lines of the history, oldest first. */
  readonly readHistory: () => Promise<readonly string[]>;
  /** Resolves once the line cannot be lost. */
  readonly appendHistory: (line: string) => Promise<void>;
  /** Everything that lies under a release's own name, whole or not. */
  readonly releases: () => Promise<readonly StoredRelease[]>;
  /** Numbers of an image that are taken, listed or not. */
  readonly takenVersions: (imageId: string) => Promise<readonly string[]>;
  readonly claim: (release: Release) => Promise<boolean>;
  /** Whole or not at all, and only when the disk's bytes are those that were tested. */
  readonly writeRelease: (packed: PackedRelease) => Promise<void>;
  readonly fileNames: (name: ReleaseName) => Promise<readonly string[]>;
  readonly readText: (name: ReleaseName, file: string) => Promise<string | undefined>;
  readonly sizeOf: (name: ReleaseName, file: string) => Promise<number | undefined>;
  /** True when the disk that is there is the one that the release promises, as far as can be told without fetching it. */
  readonly holdsDisk: (release: Release) => Promise<boolean>;
  readonly bringDisk: (promised: PromisedDisk) => Promise<string>;
  /** Says of a release, before the index does, that it is going. */
  readonly markRemoved: (name: ReleaseName) => Promise<void>;
  /** Takes that back, of a release that stays after all. */
  readonly unmarkRemoved: (name: ReleaseName) => Promise<void>;
  /** Takes away the files of a release that the index no longer names. */
  readonly deleteRelease: (name: ReleaseName) => Promise<void>;
  /** Replaces, whole, a file that people and programs read beside the index; nothing is ever decided by it. */
  readonly writePage: (path: string, text: string) => Promise<void>;
  /** Clears away what dead publishers left half-written; says what that was. */
  readonly sweep: () => Promise<readonly string[]>;
  /** Keeps others out where the place can; where it cannot, every change above stands up to others on its own. */
  readonly exclusively: <T>(purpose: string, work: () => Promise<T>) => Promise<T>;
}

/** As much of a release as finding its disk takes. */
export interface PromisedDisk extends ReleaseName {
  readonly disk: Pick<Release['disk'], 'sha256' | 'sizeBytes'>;
  /** True: what lies there now is asked for, and a copy that an earlier fetch kept does not count. */
  readonly anew?: boolean;
}

/** A release with this file in it is on its way out: unless a channel points at it, it is never listed again. */
export const TOMBSTONE = 'REMOVED';
