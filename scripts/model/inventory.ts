export type PackageType = 'deb' | 'rpm' | 'pip' | 'npm';

export interface InstalledPackage {
  readonly type: PackageType;
  readonly name: string;
  readonly version: string;
  /** The source package of a deb or rpm; where in the image a language package lies. */
  readonly source: string;
  /** Of debs and rpms. */
  readonly arch?: string;
}

/** What a disk holds, read from its file system before anything had booted it. */
export interface Inventory {
  /** Sorted by type, name and version. */
  readonly packages: readonly InstalledPackage[];
  /** Files that run with another's rights, with their mode: path → four octal digits. */
  readonly privileged: Readonly<Record<string, string>>;
  /** `target.wants/name` below /etc/systemd/system. */
  readonly units: readonly string[];
  /** Configuration: path below /etc or /usr/local → the beginning of its SHA-256. */
  readonly files: Readonly<Record<string, string>>;
}
