import type { Document } from './document.ts';
import type { Doubt, FileDigest } from './distro.ts';
import type { LanguageLock, LayerName, ShippedFile, SourceFile, VersionWant } from './image-spec.ts';

export type Driver = 'native' | 'vm';
export type Accelerator = 'kvm' | 'tcg';
/** Packer 1.6 has the QEMU builder built in and rejects required_plugins; 1.7 and later need it. */
export type PackerDialect = '1.6' | '1.7';

/** Fields whose canonical JSON, hashed, is a key. Kept beside what they name, so that --explain can say which one changed. */
export type KeyFields = Readonly<Record<string, string>>;

export type BasePlan =
  | {
      readonly kind: 'bootstrap';
      readonly key: string;
      readonly keyFields: KeyFields;
      readonly suite: string;
      readonly packages: readonly string[];
      readonly virtualSizeMiB: number;
    }
  | {
      readonly kind: 'cloud-image';
      readonly key: string;
      readonly keyFields: KeyFields;
      /** The same image at several places, tried in this order; with `exchange`, the API's places that name the real one. */
      readonly urls: readonly string[];
      readonly digest: FileDigest;
      readonly exchange?: TokenExchange;
    }
  | { readonly kind: 'file'; readonly key: string; readonly keyFields: KeyFields; readonly path: string };

/** How a customer's token of the environment becomes the right to ask a vendor's API. */
export interface TokenExchange {
  readonly url: string;
  readonly clientId: string;
  readonly tokenVariable: string;
}

/** One script of a layer: run in this order. */
export interface Step {
  readonly component: string;
  readonly script: SourceFile;
}

/** A file of the image that lets it go on taking packages from where they came from. */
export interface RepositoryFile {
  /** Absolute path in the guest. */
  readonly target: string;
  readonly content: { readonly text: string } | { readonly source: SourceFile };
}

/** A fact that may be wrong, as the guest is asked about it. */
export interface FactProbe {
  readonly fact: string;
  /** Its variable in guest.env. */
  readonly variable: string;
  readonly probe: Doubt['probe'];
}

export interface LayerPlan {
  readonly name: LayerName;
  readonly key: string;
  readonly keyFields: KeyFields;
  /** Key of the base or of the layer below. */
  readonly parentKey: string;
  readonly packages: readonly string[];
  /** Packages of the base that are taken out first; the packages layer's. */
  readonly removes?: readonly string[];
  readonly steps: readonly Step[];
  readonly files: readonly ShippedFile[];
  readonly locks: readonly LanguageLock[];
  /** Module streams, for dnf; the packages layer's. */
  readonly modules?: readonly string[];
  /** Looked at when the packages are installed. */
  readonly versions?: readonly VersionWant[];
  /** Third parties' repositories, keys and pins, as the image keeps them; the packages layer's. */
  readonly repositoryFiles?: readonly RepositoryFile[];
  /** Facts that the guest is asked about before the configure layer believes them. */
  readonly probes?: readonly FactProbe[];
  /** guest.env of this layer. */
  readonly env: Readonly<Record<string, string>>;
}

/** What the host brings to a plan: found out first, so that planning itself is pure. */
export interface HostFacts {
  readonly driver: Driver;
  readonly accelerator: Accelerator;
  readonly packerVersion: string;
  /** Digest of each repository's signed index, by repository id. */
  readonly indexDigests: Readonly<Record<string, string>>;
  /** SHA-256 of the script that makes a base's disk: another script is another base. */
  readonly bootstrapScript: string;
  readonly cpus: number;
  readonly memoryMiB: number;
}

/** Exactly how: which layers, with which keys, scripts, files and values, on which base, by which driver. */
export interface BuildPlan extends Document<'BuildPlan'> {
  readonly imageId: string;
  readonly driver: Driver;
  readonly accelerator: Accelerator;
  readonly packer: { readonly version: string; readonly dialect: PackerDialect };
  readonly base: BasePlan;
  /** Bottom first. A layer with nothing to do is absent. `sealed` is always last. */
  readonly layers: readonly LayerPlan[];
  readonly output: { readonly compression: 'zstd' | 'zlib'; readonly virtualSizeMiB: number };
  readonly guest: { readonly cpus: number; readonly memoryMiB: number; readonly loginUser: string };
}
