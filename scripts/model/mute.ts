/** A check that is known to fail on one distro, for a while: it is shown with its reason, never counts as passed, and counts again after its day. */
export interface Mute {
  /** The check's id. */
  readonly check: string;
  readonly reason: string;
  /** A link, or where more is said. */
  readonly see: string;
  /** Last day on which it is muted, ISO date. */
  readonly until: string;
}
