import type { Ask } from '../commands/command.ts';

/** Where the command line writes and whom it may ask: the part of a process that the verbs never see. */
export interface Terminal {
  /** Standard output: results only. */
  readonly result: (text: string) => void;
  /** Standard error: events, questions and errors. */
  readonly aside: (text: string) => void;
  /** True when standard error is a terminal that can redraw a line. */
  readonly live: boolean;
  readonly columns: () => number;
  readonly color: boolean;
  readonly unicode: boolean;
  readonly ask: Ask | undefined;
}
