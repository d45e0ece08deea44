import type { MarksChange } from '../model/release-marks.ts';
import type { Reference } from '../model/release-name.ts';
import type { IndexEntry, Release, StoreIndex } from '../model/release.ts';
import type { TextSignature, Voucher } from '../model/trust.ts';
import type { ChannelMove } from './channel-history.ts';
import type { MarkEvent } from './mark-history.ts';
import type { NewRelease } from './pack-release.ts';

/** Which release, once every short form has been spelled out. */
export interface ReleaseName {
  readonly imageId: string;
  readonly version: string;
}

/** A release that a reader was given: what it promises, and how to get at its files. */
export interface FoundRelease {
  readonly release: Release;
  /** What the index says of it, with what was said since it was published. */
  readonly entry: IndexEntry;
  /** Names of all files of the release, the disk among them. */
  readonly fileNames: () => Promise<readonly string[]>;
  /** Undefined when the release has no such file. */
  readonly readText: (file: string) => Promise<string | undefined>;
  /** Who signed the text of an envelope; rejects with NOT_TRUSTED when nobody did who counts. */
  readonly voucherOfText: (text: string, signature: string | undefined) => Promise<Voucher | undefined>;
  /** Undefined when the disk is gone. */
  readonly diskSizeBytes: () => Promise<number | undefined>;
  /** A path of the disk on this host: the store's own, or a copy in the cache. Whoever uses it hashes it first. */
  readonly bringDisk: () => Promise<string>;
}

/** The files of a listed release as they lie there, for whoever wants to know what is wrong with them. */
export interface UncheckedRelease extends Pick<FoundRelease, 'fileNames' | 'readText' | 'voucherOfText'> {
  readonly entry: IndexEntry;
  /** Undefined when the disk is gone, or is not a file. */
  readonly bringDisk: () => Promise<string | undefined>;
  /** Who signed this list of digests, as it was read; rejects with NOT_TRUSTED when nobody did who counts. */
  readonly voucherOfSums: (sums: string, signature: string | undefined) => Promise<Voucher | undefined>;
}

export interface ChannelChange extends ReleaseName {
  readonly channel: string;
  readonly why: ChannelMove['why'];
}

/** What changes a store. Publishers elsewhere may be at work at the same time: each of these is whole or not at all, and loses nothing of theirs. */
export interface StoreWriter {
  readonly readIndex: () => Promise<StoreIndex>;
  /** Every version that an image ever had, also removed ones: numbers are not used twice. */
  readonly versions: (imageId: string) => Promise<readonly string[]>;
  /** A release from this very report (its `parent`) that a dead publisher had begun to write, in a store that can be resumed. */
  readonly begun: (wanted: { readonly imageId: string; readonly parent: string }) => Promise<Release | undefined>;
  /** Takes the number of a release for it; false when another publisher has taken it. */
  readonly claim: (release: Release) => Promise<boolean>;
  /** Signs a text of a release for its envelope; undefined when the store is to stay without signatures. */
  readonly sign: (text: string) => Promise<TextSignature | undefined>;
  /** Resolves once the release is whole under its own name, not yet listed. */
  readonly writeRelease: (release: NewRelease) => Promise<void>;
  /** Lists a release and points at it the channels that its publication moves: `latest`, or `candidate`. */
  readonly listRelease: (release: Release) => Promise<StoreIndex>;
  readonly setChannel: (move: ChannelChange) => Promise<StoreIndex>;
  /** Says something of a release that its readers see, or takes it back. */
  readonly mark: (release: ReleaseName, change: MarksChange) => Promise<StoreIndex>;
  /** Refuses with BUSY what a channel points at. */
  readonly remove: (release: ReleaseName) => Promise<StoreIndex>;
}

/** An index that says what the releases hold, and what had to be put right for that. */
export interface Healed {
  readonly index: StoreIndex;
  readonly notes: readonly string[];
}

/** Where releases live. Readers need no lock: the index is replaced as a whole, and releases never change. */
export interface Store {
  /** As it is written after --store. */
  readonly location: string;
  /** Proves that the store can be written, and finishes what a dead process began; resolves with what that was. */
  readonly prepare: () => Promise<readonly string[]>;
  readonly readIndex: () => Promise<StoreIndex>;
  readonly find: (reference: Reference) => Promise<FoundRelease>;
  /** Only the index is believed. */
  readonly openUnchecked: (reference: Reference) => Promise<UncheckedRelease>;
  /** Who put the store's list of signers there; rejects with NOT_TRUSTED when it was nobody who counts. */
  readonly voucherOfSigners: () => Promise<Voucher | undefined>;
  readonly history: () => Promise<readonly ChannelMove[]>;
  /** Replaces a file that people and programs read beside the index, such as `index.html`; nothing is ever decided by it. */
  readonly writePage: (path: string, text: string) => Promise<void>;
  readonly markHistory: () => Promise<readonly MarkEvent[]>;
  /** Replaces an index that cannot be trusted by what the releases themselves say. */
  readonly repair: () => Promise<Healed>;
  readonly exclusively: <T>(purpose: string, work: (writer: StoreWriter) => Promise<T>) => Promise<T>;
}
