import { connectUnix, type Connection } from '../host/connections.ts';
import type { Clock } from '../host/host.ts';

/** A guest that answers orders on a serial line, one after the other. */
export interface Dialogue {
  /** What the guest wrote after an order (bytes that it knows the end of), up to the line that ends an answer; undefined when that line did not come in time. */
  readonly ask: (order: string, timeoutMs: number) => Promise<string | undefined>;
  readonly close: () => void;
}

/** In short sleeps: a long one would keep the process waiting after the answer. */
const POLL_MS = 200;

/** Opens the host's end of a serial line whose answers end with a line of their own. */
export async function openDialogue(clock: Clock, path: string, endLine: string): Promise<Dialogue> {
  const connection = await connectUnix(path);
  const hearing = listen(connection);
  return {
    ask: async (order, timeoutMs) => {
      hearing.forget();
      connection.send(Buffer.from(order));
      const untilMs = clock.monotonicMs() + timeoutMs;
      for (;;) {
        const answer = upTo(endLine, hearing.heard());
        if (answer !== undefined || hearing.over() || clock.monotonicMs() > untilMs) return answer;
        await Promise.race([hearing.more(), clock.sleep(POLL_MS)]);
      }
    },
    close: connection.close,
  };
}

interface Hearing {
  readonly heard: () => string;
  /** Resolves when something came, or when nothing will come any more. */
  readonly more: () => Promise<void>;
  readonly over: () => boolean;
  readonly forget: () => void;
}

function listen(connection: Connection): Hearing {
  let text = '';
  let isOver = false;
  let wake: () => void = () => undefined;
  const decoder = new TextDecoder();
  connection.onBytes((bytes) => {
    text += decoder.decode(bytes, { stream: true });
    wake();
  });
  void connection.closed.then(() => {
    isOver = true;
    wake();
  });
  return { heard: () => text, over: () => isOver, forget: () => (text = ''), more: () => new Promise((resolve) => (wake = resolve)) };
}

function upTo(endLine: string, text: string): string | undefined {
  const lines = text.split(/\r?\n/);
  const end = lines.indexOf(endLine);
  return end < 0 ? undefined : lines.slice(0, end).join('\n');
}
