import { interruptedError } from '../errors.ts';

/** The parts of a process that this needs. */
export interface SignalSource {
  readonly on: (signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void) => unknown;
}

/** npm passes on a Ctrl-C that the terminal has sent to us already: the echo of one key is not a second one. */
const ECHO_MS = 700;

/** Aborts on the first signal, so that everything is given back in order; leaves at once on a second, for someone who cannot wait. */
export function interruption(
  source: SignalSource,
  { monotonicMs, aside, exit }: { readonly monotonicMs: () => number; readonly aside: (text: string) => void; readonly exit: (status: number) => void },
): AbortSignal {
  const controller = new AbortController();
  let firstMs: number | undefined;
  const onSignal = (): void => {
    if (firstMs === undefined) {
      firstMs = monotonicMs();
      aside('\nInterrupted: cleaning up. Press Ctrl-C again to leave at once.\n');
      return controller.abort(interruptedError());
    }
    if (monotonicMs() - firstMs > ECHO_MS) exit(130);
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) source.on(signal, onSignal);
  return controller.signal;
}
