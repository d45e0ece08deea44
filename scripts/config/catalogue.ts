import type { Checklist } from '../model/checklist.ts';
import type { Distro, LockedImage } from '../model/distro.ts';
import type { Profile, SourceFile, SourceTexts } from '../model/image-spec.ts';
import type { YamlFile } from './parse-yaml.ts';
import type { WrittenComponent, WrittenImage, WrittenMirrors } from './written.ts';

/** One thing that a file of the configuration describes, with the file, so that a rule can point at a line. */
export interface Entry<T> {
  readonly id: string;
  readonly yaml: YamlFile;
  readonly value: T;
}

/** All things of one kind. `ids` also has those whose file is not valid: they exist, so nobody is told that they are unknown. */
export interface Shelf<T> {
  readonly ids: readonly string[];
  readonly entries: ReadonlyMap<string, Entry<T>>;
}

/** A file below a component's files/ folder. */
export interface FoundFile extends SourceFile {
  /** Absolute path in the guest, without `.hbs`. */
  readonly target: string;
  readonly template: boolean;
  readonly executable: boolean;
}

/** A component's folder as it is on disk. */
export interface LoadedComponent {
  readonly written: WrittenComponent;
  /** Guest scripts by file name: install.sh, app.sh, configure.sh. */
  readonly scripts: ReadonlyMap<string, SourceFile>;
  readonly files: readonly FoundFile[];
  /** Locks and manifests by their path below the folder. */
  readonly lockFiles: ReadonlyMap<string, SourceFile>;
}

/** The whole configuration as it is on disk: each file valid by itself, nothing resolved yet. */
export interface Catalogue {
  readonly distros: Shelf<Distro>;
  /** Which build of its vendor's image each distro uses, by the distro's id. */
  readonly locks: Shelf<LockedImage>;
  readonly images: Shelf<WrittenImage>;
  readonly profiles: Shelf<Profile>;
  readonly checklists: Shelf<Checklist>;
  readonly components: Shelf<LoadedComponent>;
  /** Undefined when the file is missing or not valid. */
  readonly mirrors: Entry<WrittenMirrors> | undefined;
  readonly guestLibrary: readonly SourceFile[];
  /** Keys of third parties that the project brings, by id. */
  readonly keyFiles: ReadonlyMap<string, SourceFile>;
  readonly texts: SourceTexts;
}
