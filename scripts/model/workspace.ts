/** Where one run of a command reads and writes. */
export interface Workspace {
  /** config/, packer/, templates/. */
  readonly projectDir: string;
  readonly buildDir: string;
  /** Bases, layers, packages: survives runs, may be deleted at any time. */
  readonly cacheDir: string;
  /** This run's own folder below buildDir. */
  readonly runDir: string;
  readonly runId: string;
}
