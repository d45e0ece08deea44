import type { Mute } from './mute.ts';

export const PHASES = ['sealed', 'first-boot', 'outside', 'after-reboot', 'clones', 'console'] as const;
export type Phase = (typeof PHASES)[number];

/** What a probe's output must be. Exactly one key. `found` is stdout without its trailing newlines. */
export type Expectation =
  | { readonly exit: number }
  | { readonly equals: string }
  | { readonly oneOf: readonly string[] }
  | { readonly matches: string }
  | { readonly empty: true }
  | { readonly atLeast: number }
  | { readonly atMost: number }
  /** Exit 0, and every line of the output is one that somebody has looked at. */
  | { readonly known: readonly KnownLine[] };

/** A line that would be a fault if nobody had looked at it. */
export interface KnownLine {
  /** Regular expression (JavaScript). */
  readonly line: string;
  /** Why it is no fault. */
  readonly reason: string;
  /** The day on which somebody looked at it, ISO date. */
  readonly seen: string;
}

export interface Probe {
  /** Shell (bash, `set -u`). Sealed and outside probes run on the host, guest probes as root in the VM. */
  readonly run: string;
  readonly expect: Expectation;
}

/** Where and how the thing that a check guards is broken on purpose. */
export interface Saboteur {
  readonly where: 'guest' | 'sealed';
  readonly run: string;
}

/** One thing that must be true of an image, where it is looked at, and how to break it. Declared by the component it guards. */
export interface CheckDeclaration {
  /** `<component>.<name>`. */
  readonly id: string;
  readonly component: string;
  readonly title: string;
  /** What to look at when it fails. */
  readonly hint: string;
  /** Offline, on the host: the disk is mounted read-only at $ROOT. */
  readonly sealed?: Probe;
  /** In the booted VM, as root. */
  readonly guest?: Probe & {
    readonly phases: readonly ('first-boot' | 'after-reboot')[];
    /** It changes the machine for a moment, so it runs when no other probe does. */
    readonly exclusive?: boolean;
  };
  /** On the host, as a client of the booted VM; see checks/outside-environment for its variables. */
  readonly outside?: Probe;
  /** A regular expression that no line of the serial log may match. */
  readonly console?: { readonly forbid: string };
  readonly saboteur: Saboteur;
}

export type Outcome = 'pass' | 'fail' | 'skip' | 'unknown';

/** One result: one probe of one check in one phase. All reports are folds over these rows. */
export interface CheckRow {
  readonly check: string;
  readonly phase: Phase;
  /** The component. */
  readonly subject: string;
  /** The check's title. */
  readonly property: string;
  readonly expected: string;
  readonly found: string;
  readonly outcome: Outcome;
  readonly hint: string;
  /** Set on a row that failed and does not count yet; its outcome is `skip`. */
  readonly muted?: Mute;
  /** What its probe took; absent where nothing was run. */
  readonly seconds?: number;
}
