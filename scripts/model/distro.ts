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

export interface CloudImageBase {
  /** Key into `config/mirrors.yaml`. */
  readonly mirror: string;
  /** Dated path below the mirror. */
  readonly path: string;
  readonly digest: { readonly algorithm: 'sha256' | 'sha512'; readonly hex: string };
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
