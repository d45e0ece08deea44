/** Where one run of a command reads and writes. */
export interface Workspace {
  /** config/, packer/, templates/. */
  readonly projectDir: string;
  readonly buildDir: string;
  /** Bases, layers, packages: survives runs, may be deleted at any time. */
  readonly cacheDir: string;
  /** Scratch folder of this run: gone when it ends. */
  readonly runDir: string;
  /** Logs of this run: stay, for whoever reads about a failure. */
  readonly logDir: string;
  readonly runId: string;
}
