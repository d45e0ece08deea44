import type { Host } from '../../scripts/host/host.ts';
import { withScope } from '../../scripts/host/scope.ts';
import type { Event } from '../../scripts/model/event.ts';
import type { Context, Desk } from '../../scripts/stages/stage.ts';

export interface RecordingDesk extends Desk {
  /** Everything that was said, in order. */
  readonly events: Event[];
}

/** A desk that keeps what is said. */
export function deskOf(host: Host): RecordingDesk {
  const events: Event[] = [];
  return { host, events, say: (event) => void events.push(event) };
}

/** Runs what needs a stage's surroundings but is no stage; its clean-ups run when it ends. */
export function within<T>(host: Host, work: (context: Context) => Promise<T>): Promise<T> {
  return withScope((scope) => work({ ...deskOf(host), scope }));
}
