/** A family decides which package manager, firewall and access control the guest library drives. */
export type Family = 'debian' | 'el';

/** How sure a fact is: seen by us, known in general, or to be probed at bake time. */
export type Confidence = 'verified' | 'general' | 'unsure';

export type Firmware = 'bios' | 'uefi';

/** One package repository of a distro: the distro's own (`role: base`) or a third party's. */
export interface Repository {
  readonly id: string;
  /** Key into `config/mirrors.yaml`: the place is never written in a distro's file. */
  readonly mirror: string;
  readonly suite: string;
  readonly components: readonly string[];
  /** Path of the key ring that signs it, on the host and in the guest. */
  readonly signedBy: string;
  /** True for the distro's own repositories, which every image uses. */
  readonly base: boolean;
}

export interface BootstrapBase {
  readonly suite: string;
  readonly packages: readonly string[];
  /** The host's key ring package must hold this file: the signature of the mirror is checked against it. */
  readonly keyring: string;
}

/** Where the vendor's image is and how its newest build is found; which build is used says the lock (`config/locks/<id>.yaml`). */
export interface CloudImageBase {
  /** Keys into `config/mirrors.yaml`, tried in this order. */
  readonly mirrors: readonly string[];
  /** A page below the mirror that lists builds, and how one is written there, with `{build}` where its date or number stands. */
  readonly index: { readonly path: string; readonly entry: string };
  /** Path below the mirror, with `{build}`. */
  readonly path: string;
  /** Checksum file below the mirror, with or without `{build}`; any of the usual forms. */
  readonly checksums: string;
  /** Absent: the vendor signs nothing, and https is what a lock stands on. */
  readonly signature?: VendorSignature;
  /** Present: images are given to customers only, by their digest. */
  readonly customerApi?: CustomerApi;
}

/** Detached signature of the checksum file, and the one key that may have made it. */
export interface VendorSignature {
  /** Path below the mirror, with or without `{build}`. */
  readonly path: string;
  /** The key's own fingerprint, 40 hexadecimal digits. */
  readonly fingerprint: string;
  /** Where the key may be had, tried in this order; none of them is trusted without the fingerprint. */
  readonly keys: readonly KeyPlace[];
}

/** A key ring that a package of the host installs, a file of the project, or a path below a mirror. */
export type KeyPlace = { readonly keyring: string } | { readonly file: string } | { readonly mirror: string; readonly path: string };

/** A vendor's API that turns a customer's token and an image's digest into a place to download it from. */
export interface CustomerApi {
  /** Key into `config/mirrors.yaml`: where tokens are exchanged. */
  readonly loginMirror: string;
  readonly loginPath: string;
  readonly clientId: string;
  /** Variable of the environment that holds the customer's offline token. */
  readonly tokenVariable: string;
  /** Path below the mirror, with `{digest}`. */
  readonly downloadPath: string;
}

/** One build of a vendor's image, by its digest: what a lock file holds. */
export interface LockedImage {
  /** The distro's id. */
  readonly id: string;
  readonly build: string;
  readonly digest: FileDigest;
  /** Fingerprint of the key whose signature was checked, or null when the vendor signs nothing. */
  readonly signedBy: string | null;
  /** The day on which it was looked up, ISO date. */
  readonly lockedOn: string;
}

export interface FileDigest {
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
}

export interface LifeCycle {
  readonly released: string;
  /** End of normal support, ISO date. */
  readonly endOfLife: string;
  readonly extendedUntil?: string;
  readonly note?: string;
}

/** All facts of one distro: one YAML file (config/distros/<id>.yaml). */
export interface Distro {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly version: string;
  readonly codename: string;
  readonly arch: 'x86_64';
  readonly aliases: readonly string[];
  readonly loginUser: string;
  readonly confidence: Confidence;
  /** `ready`: bakes here; `facts`: described, not yet baked by anyone. */
  readonly state: 'ready' | 'facts';
  readonly firmware: readonly Firmware[];
  readonly defaultBase: 'bootstrap' | 'cloud-image';
  readonly bootstrap?: BootstrapBase;
  readonly cloudImage?: CloudImageBase;
  readonly repositories: readonly Repository[];
  /** Unit, path and user names that differ between distros; exported to guests as FACT_<UPPER_SNAKE>. */
  readonly facts: Readonly<Record<string, string>>;
  /** Package lists that replace a component's list for its family, by component id. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  readonly lifeCycle: LifeCycle;
  /** Interpreter of the guest for which wheels are fetched, such as `3.11`. */
  readonly python: string;
}
