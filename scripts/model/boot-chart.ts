/** One unit of a guest's boot, in seconds from the start of its kernel. */
export interface BootUnit {
  readonly name: string;
  readonly startSeconds: number;
  readonly seconds: number;
}

/** How a guest came up, as its own service manager tells it. */
export interface BootChart {
  /** When the service manager began, in seconds from the start of the kernel. */
  readonly userspaceSeconds: number;
  /** When it had started everything. */
  readonly finishedSeconds: number;
  /** The units that took longest, in the order in which they began. */
  readonly units: readonly BootUnit[];
}
