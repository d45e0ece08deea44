import type { Event, Say } from '../model/event.ts';
import { advance, logLine, NO_PROGRESS, settledLine, statusLine, type LineStyle } from '../reports/progress.ts';
import type { Terminal } from './terminal.ts';

const REDRAW_MS = 100;
const QUIET_MS = 5000;
const CLEAR_LINE = '\r\u001B[K';

export interface EventScreen {
  readonly say: Say;
  /** Takes the status line away, so that something else can be written or asked; the next event brings it back. */
  readonly pause: () => void;
  /** Ends the redrawing. */
  readonly close: () => void;
}

/** Shows events as they come: redrawn on a terminal, one line each elsewhere. */
export function showEvents(terminal: Terminal, monotonicMs: () => number): EventScreen {
  return terminal.live ? liveScreen(terminal, monotonicMs) : logScreen(terminal, monotonicMs);
}

function liveScreen(terminal: Terminal, monotonicMs: () => number): EventScreen {
  let progress = NO_PROGRESS;
  const style = (): LineStyle => ({ columns: terminal.columns(), unicode: terminal.unicode, color: terminal.color });
  const draw = (): void => terminal.aside(`${CLEAR_LINE}${statusLine(progress, monotonicMs(), style())}`);
  let timer: NodeJS.Timeout | undefined;
  const pause = (): void => {
    clearInterval(timer);
    timer = undefined;
    terminal.aside(CLEAR_LINE);
  };
  const say = (event: Event): void => {
    progress = advance(progress, event, monotonicMs());
    const settled = settledLine(event, style());
    if (settled !== undefined) terminal.aside(`${CLEAR_LINE}${settled}\n`);
    if (progress.active.length === 0) return pause();
    timer ??= setInterval(draw, REDRAW_MS).unref();
    draw();
  };
  return { say, pause, close: pause };
}

function logScreen(terminal: Terminal, monotonicMs: () => number): EventScreen {
  const startedMs = monotonicMs();
  let lastProgressMs = -Infinity;
  const say = (event: Event): void => {
    const nowMs = monotonicMs() - startedMs;
    if (event.type === 'progress' && nowMs - lastProgressMs < QUIET_MS) return;
    if (event.type === 'progress') lastProgressMs = nowMs;
    terminal.aside(`${logLine(event, nowMs)}\n`);
  };
  return { say, pause: () => undefined, close: () => undefined };
}
