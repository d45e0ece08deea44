/** Every way in which Ingot refuses or fails, with the exit status that the command line promises for it (DESIGN 10). */
export const EXIT_STATUS = {
  BUG: 1,
  USAGE: 2,
  CONFIG_INVALID: 2,
  HOST_NOT_READY: 3,
  NO_SPACE: 3,
  NETWORK_UNREACHABLE: 3,
  STORE_NOT_WRITABLE: 3,
  BUSY: 3,
  BASE_INVALID: 4,
  DIGEST_MISMATCH: 4,
  TOOL_FAILED: 4,
  BAKE_FAILED: 4,
  GUEST_FAILED: 5,
  VERIFICATION_FAILED: 5,
  PUBLISH_REFUSED: 6,
  RELEASE_NOT_FOUND: 2,
  RELEASE_YANKED: 2,
  STORE_CORRUPT: 6,
  DISK_CHANGED: 6,
  NOT_TRUSTED: 6,
  INTERRUPTED: 130,
} as const;

export type ErrorCode = keyof typeof EXIT_STATUS;

export interface ErrorText {
  /** What happened, as one sentence without the remedy. */
  readonly what: string;
  /** What the reader can do about it; a command where one exists. */
  readonly fix: string;
  /** Lines of evidence: the tail of a log, one configuration problem a line. */
  readonly details?: readonly string[];
  readonly cause?: unknown;
}

/** The one error class: says what happened, what to do, and keeps its cause. */
export class BakeError extends Error {
  readonly code: ErrorCode;
  readonly what: string;
  readonly fix: string;
  readonly details: readonly string[];

  constructor(code: ErrorCode, text: ErrorText) {
    super(text.what, text.cause === undefined ? undefined : { cause: text.cause });
    this.name = 'BakeError';
    this.code = code;
    this.what = text.what;
    this.fix = text.fix;
    this.details = text.details ?? [];
  }

  get exitStatus(): number {
    return EXIT_STATUS[this.code];
  }
}

/** What every interrupted wait ends with, in words that also say what it has cost: little. */
export function interruptedError(cause?: unknown): BakeError {
  return new BakeError('INTERRUPTED', { what: 'Interrupted', fix: 'Run the same command again: finished layers are kept', cause });
}
