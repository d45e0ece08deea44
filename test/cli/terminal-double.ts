import type { Terminal } from '../../scripts/cli/terminal.ts';

/** A terminal that remembers what was written to it. */
export interface TerminalDouble extends Terminal {
  readonly out: () => string;
  readonly err: () => string;
}

export function terminalDouble(overrides: Partial<Terminal> = {}): TerminalDouble {
  const written = { out: '', err: '' };
  return {
    result: (text) => void (written.out += text),
    aside: (text) => void (written.err += text),
    live: false,
    columns: () => 80,
    color: false,
    unicode: false,
    ask: undefined,
    ...overrides,
    out: () => written.out,
    err: () => written.err,
  };
}
