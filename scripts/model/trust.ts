/** What a signature is for: a signature made for one thing never stands for another. */
export type SignedKind = 'index' | 'release' | 'provenance' | 'signers' | 'layer';

/** Named texts of a store, wherever it is kept: all that signing and checking need of it. */
export interface TextPlace {
  /** Stays the same for as long as the store does: what is remembered of a store is remembered under it. */
  readonly location: string;
  readonly readText: (name: string) => Promise<string | undefined>;
  readonly writeText: (name: string, text: string) => Promise<void>;
}

/** Whose signatures count for a store. */
export interface Trust {
  /** Lines in the format of OpenSSH's ALLOWED SIGNERS. */
  readonly signers: string;
  readonly origin: 'configured' | 'remembered' | 'first-use';
}

/** Who vouches for a text: the name beside the key, and the key's fingerprint. */
export interface Voucher {
  readonly name: string;
  readonly fingerprint: string;
}

/** A signature and the fingerprint of its key. */
export interface TextSignature {
  readonly keyid: string;
  readonly sig: string;
}

/** What a reader keeps of a store, so that an older index or other signers can be told from the ones it knew. */
export interface StoreMemory {
  readonly kind: 'StoreMemory';
  readonly schemaVersion: 1;
  readonly location: string;
  /** The highest that was seen. */
  readonly generation: number;
  /** Null until a signed index was read. */
  readonly signers: string | null;
}
