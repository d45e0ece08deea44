import type { Budget } from './budget.ts';
import type { CheckDeclaration } from './check.ts';
import type { Checklist } from './checklist.ts';
import type { Distro, LockedImage } from './distro.ts';
import type { Document } from './document.ts';

export type Role = string;
export type ParameterValue = string | number | boolean;
export type LayerName = 'packages' | 'app' | 'configure' | 'sealed';
export const LAYER_NAMES: readonly LayerName[] = ['packages', 'app', 'configure', 'sealed'];

/** One parameter of a component with the value that this image gives it. */
export interface Parameter {
  readonly name: string;
  /** Variable in guest.env: `<COMPONENT>_<NAME>` in upper snake case. */
  readonly env: string;
  readonly value: ParameterValue;
  /** Layers whose scripts see it, and whose keys therefore change with it. */
  readonly layers: readonly LayerName[];
}

/** One file of the repository that reaches the guest. Its text travels beside the spec, under `source`. */
export interface SourceFile {
  /** Path from the project's root, `/`-separated: also the key of its text. */
  readonly source: string;
  readonly sha256: string;
}

/** A file copied to `/` of the guest in the configure layer. */
export interface ShippedFile extends SourceFile {
  /** Absolute path in the guest, without `.hbs`. */
  readonly target: string;
  /** Four octal digits. */
  readonly mode: string;
  readonly owner: string;
  readonly group: string;
  /** True when the source has holes (`.hbs`). */
  readonly template: boolean;
}

export interface Component {
  readonly id: string;
  readonly summary: string;
  readonly after: readonly string[];
  /** Package names for this distro, already chosen. */
  readonly packages: readonly string[];
  /** Ids of third-party repositories that it needs. */
  readonly repositories: readonly string[];
  readonly parameters: readonly Parameter[];
  /** Guest scripts by the layer that runs them: install.sh → packages, app.sh → app, configure.sh → configure. */
  readonly scripts: Readonly<Partial<Record<'packages' | 'app' | 'configure', SourceFile>>>;
  readonly files: readonly ShippedFile[];
  /** Language package locks: fetched on the host, by content, before the app layer. */
  readonly locks: readonly LanguageLock[];
  readonly checks: readonly CheckDeclaration[];
  /** Module streams that its packages want, for dnf. */
  readonly modules?: readonly string[];
  /** What must be true of the versions that came. */
  readonly versions?: readonly VersionWant[];
}

/** What an image wants of one program's version: a pin that silently gave another one fails the bake. */
export interface VersionWant {
  readonly name: string;
  /** Shell that prints the version somewhere. */
  readonly run: string;
  readonly atLeast: string;
  /** What the distro says is installed: the version begins with it. */
  readonly expected?: string;
  /** Last day on which its makers mend this version. */
  readonly endOfLife?: string;
}

/** A committed hash lock of language packages. */
export interface LanguageLock extends SourceFile {
  readonly kind: 'pip' | 'npm';
  /** Name of the folder under payload/packages/ where app.sh finds what was fetched. */
  readonly name: string;
  /** npm only: the package.json beside the lock. */
  readonly manifest?: SourceFile;
}

/** Where packages come from: the distro's own place, and what this build uses instead of it. */
export interface Mirror {
  readonly id: string;
  /** Public place; what the image keeps. */
  readonly url: string;
  /** Place used while baking: the host's own setting, an override, or the same as `url`. */
  readonly bakeUrl: string;
}

/** Who signs a repository: known by the fingerprint alone, whoever brings the key. */
export interface SigningKey {
  readonly id: string;
  /** Forty hex digits, upper case. */
  readonly fingerprint: string;
  /** The key's text, once it is there. */
  readonly file?: SourceFile;
  /** Where its owner publishes it. */
  readonly url?: string;
  /** A file that somebody put in its place for this build: the image keeps neither it nor its repositories. */
  readonly substitutePath?: string;
}

export type EndOfLifePolicy = 'warn' | 'refuse' | 'archive';

/** What we want: everything about one image of one role for one distro, nothing about how or where it is baked. */
export interface ImageSpec extends Document<'ImageSpec'> {
  /** `<image>-<role>-<distro>`, such as aikovrr-standalone-debian-12. */
  readonly imageId: string;
  readonly image: string;
  readonly role: Role;
  readonly title: string;
  readonly distro: Distro;
  /** Which build of the vendor's image is used. Absent until somebody has looked one up. */
  readonly lockedImage?: LockedImage;
  /** Every component of the role, by id; their order is decided in plan/. */
  readonly components: readonly Component[];
  readonly mirrors: readonly Mirror[];
  /** Keys of third parties' repositories. */
  readonly keys?: readonly SigningKey[];
  /** What happens when the distro is past its end of life. */
  readonly onEndOfLife?: EndOfLifePolicy;
  readonly disk: { readonly virtualSizeMiB: number; readonly compression: 'zstd' | 'zlib' };
  /** Guest scripts that every layer needs: run-layer.sh, seal.sh, lib/*.sh. */
  readonly guestLibrary: readonly SourceFile[];
  /** Roles and their profile used by launch when none is asked for. */
  readonly defaultProfile: string;
  /** What a machine of this role may cost; more fails its verification. */
  readonly budget?: Budget;
  /** Printed with its evidence at the end of every verification. */
  readonly checklist?: Checklist;
}

/** A VM size. */
export interface Profile {
  readonly id: string;
  readonly title: string;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskGiB: number;
}

/** Texts of source files by their path from the project's root: the only thing that travels beside an ImageSpec. */
export type SourceTexts = ReadonlyMap<string, string>;
