import type { PackageManager } from './host-report.ts';
import type { Mute } from './mute.ts';

/** A family decides which package manager, firewall and access control the guest library drives. */
export type Family = 'debian' | 'el';

/** How sure a fact is: seen by us, known in general, or to be probed at bake time. */
export type Confidence = 'verified' | 'general' | 'unsure';

export type Firmware = 'bios' | 'uefi';

/** Where the same packages can be had: served today, kept by their vendor when a distro is old, or as they were on one day. */
export type PlaceName = 'live' | 'archive' | 'snapshot';

/** One place of a repository. */
export interface Place {
  /** Key into `config/mirrors.yaml`: the place is never written in a distro's file. */
  readonly mirror: string;
  /** Suite of an apt archive; the folder below the mirror for dnf. */
  readonly suite: string;
  /** True where nobody signs the index anew any more: its Valid-Until does not count. */
  readonly frozen?: boolean;
}

/** Which version of some packages a repository may give, whatever else it has. */
export interface Pin {
  readonly packages: readonly string[];
  /** As apt and dnf match versions, such as 18.* */
  readonly version: string;
}

/** One package repository of a distro: the distro's own (`base: true`) or a third party's. Its own place is the live one. */
export interface Repository extends Place {
  readonly id: string;
  readonly components: readonly string[];
  /** Path of the key ring that signs it: in the guest, and on the host for the distro's own without a `key`. */
  readonly signedBy: string;
  /** True for the distro's own repositories, which every image uses. */
  readonly base: boolean;
  /** Key into the keys of `config/mirrors.yaml`; a third party's always has one, the distro's own where hosts seldom have its key ring. */
  readonly key?: string;
  /** Ids of components whose packages come from here. */
  readonly usedBy?: readonly string[];
  readonly archive?: Place;
  readonly snapshot?: Place;
  /** Places in the order in which they are tried. */
  readonly places?: readonly PlaceName[];
  readonly pin?: Pin;
  /** El family: packages are not hidden by a module of the distro. */
  readonly moduleHotfixes?: boolean;
  /** El family: the index is signed too. */
  readonly metadataSigned?: boolean;
  /** El family: only these packages are taken from here. */
  readonly onlyPackages?: readonly string[];
  /** The vendor's subscription brings it to a registered machine: nothing is written, and nothing can be looked at before. */
  readonly subscription?: boolean;
  readonly confidence?: Confidence;
}

/** A fact that may be wrong, and what the guest looks at while it is baked. */
export interface Doubt {
  readonly fact: string;
  /** The component that must be in the image for the question to make sense. */
  readonly of: string;
  readonly probe: 'unit' | 'path' | 'user' | 'group' | 'command';
  readonly confidence: Confidence;
  readonly note?: string;
}

export interface BootstrapBase {
  readonly suite: string;
  readonly packages: readonly string[];
  /** The host's key ring package must hold this file: the signature of the mirror is checked against it. Absent where the repositories name a key. */
  readonly keyring?: string;
  /** The package that brings that file, by the package manager of the host: another distro's key ring is seldom there. */
  readonly keyringPackages?: Readonly<Partial<Record<PackageManager, string>>>;
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
  /** Last day on which somebody mends the packages of a component here, by component id, where it is another than the distro's or upstream's. */
  readonly components?: Readonly<Record<string, string>>;
}

export interface VendorBase {
  /** Packages that no server of these images needs: taken out before others are installed. */
  readonly removes: readonly string[];
  /** What the rest of it may take beyond an image's own budget. */
  readonly adds: Readonly<Partial<Record<'diskMiB' | 'packages' | 'memoryAtRestMiB' | 'setuidFiles' | 'listeningSockets', number>>>;
}

/** All facts of one distro: one YAML file (config/distros/<id>.yaml). */
export interface Distro {
  readonly id: string;
  readonly title: string;
  readonly family: Family;
  readonly version: string;
  readonly codename: string;
  /** ID and ID_LIKE of os-release: a base that says another is another distro. */
  readonly os?: { readonly id: string; readonly like?: string };
  readonly arch: 'x86_64';
  readonly aliases: readonly string[];
  readonly loginUser: string;
  readonly confidence: Confidence;
  /** `ready`: part of every night; `facts`: rehearsed, and baked when it is asked for by name. */
  readonly state: 'ready' | 'facts';
  readonly firmware: readonly Firmware[];
  readonly defaultBase: 'bootstrap' | 'cloud-image' | 'file';
  readonly bootstrap?: BootstrapBase;
  readonly cloudImage?: CloudImageBase;
  readonly repositories: readonly Repository[];
  /** Unit, path and user names that differ between distros; exported to guests as FACT_<UPPER_SNAKE>. */
  readonly facts: Readonly<Record<string, string>>;
  /** Package lists that replace a component's list for its family, by component id. */
  readonly packages: Readonly<Record<string, readonly string[]>>;
  /** Module streams by component id, for dnf: `nodejs:18` is enabled, `-postgresql` disabled. */
  readonly modules?: Readonly<Record<string, readonly string[]>>;
  /** What the vendor's own disk image brings beyond a minimal system. */
  readonly vendorBase?: VendorBase;
  readonly unsure?: readonly Doubt[];
  /** Checks that are known to fail here, for a while. */
  readonly mutes?: readonly Mute[];
  readonly lifeCycle: LifeCycle;
  /** Interpreter of the guest for which wheels are fetched, such as `3.11`. */
  readonly python: string;
}
