import { BakeError } from '../errors.ts';
import { connectUnix, type Connection } from '../host/connections.ts';

/** QEMU's control socket. */
export interface Qmp {
  /** Resolves with what the command returns; rejects with TOOL_FAILED when QEMU refuses it, goes away, or has not answered in time. */
  readonly execute: (command: string, args?: Readonly<Record<string, unknown>>) => Promise<unknown>;
  /** QEMU's own word for why the VM goes down (`guest-shutdown`, `guest-reset`, `guest-panic`, …), when it says so; undefined when it is gone without a word. */
  readonly shutdownReason: Promise<string | undefined>;
  readonly close: () => void;
}

interface Waiting {
  readonly command: string;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: BakeError) => void;
}

/** The longest that is waited for an answer, in milliseconds: a saved state of several GiB on a slow disk is written in less. */
const ANSWER_MS = 15 * 60_000;

/** Opens a VM's control socket and ends the negotiation that QEMU begins every conversation with; `withinMs` is for that alone. */
export async function connectQmp(path: string, withinMs: number = ANSWER_MS): Promise<Qmp> {
  const { ask, shutdownReason, close } = conversation(await connectUnix(path));
  await ask({ execute: 'qmp_capabilities' }, withinMs);
  return { execute: (command, args) => ask({ execute: command, ...(args === undefined ? {} : { arguments: args }) }, ANSWER_MS), shutdownReason, close };
}

/** Which host port leads to which port of the guest, now that QEMU holds them. */
export async function forwardedPorts(qmp: Qmp): Promise<ReadonlyMap<number, number>> {
  return parseUsernet(String(await qmp.execute('human-monitor-command', { 'command-line': 'info usernet' })));
}

/** Reads QEMU's table of user networking: host port by guest port. */
export function parseUsernet(table: string): ReadonlyMap<number, number> {
  const lines = [...table.matchAll(/TCP\[HOST_FORWARD\]\s+\d+\s+\S+\s+(?<host>\d+)\s+\S+\s+(?<guest>\d+)/g)];
  return new Map(lines.map(({ groups }) => [Number(groups?.['guest']), Number(groups?.['host'])]));
}

type Message = Readonly<Record<string, unknown>>;

interface Question {
  readonly execute: string;
  readonly arguments?: Readonly<Record<string, unknown>>;
}

interface Conversation {
  readonly ask: (question: Question, answerMs: number) => Promise<unknown>;
  readonly shutdownReason: Qmp['shutdownReason'];
  readonly close: () => void;
}

function conversation(connection: Connection): Conversation {
  const waiting: Waiting[] = [];
  let ended = false;
  let goesDown: (reason: string | undefined) => void = () => undefined;
  const shutdownReason: Conversation['shutdownReason'] = new Promise((resolve) => (goesDown = resolve));
  const decoder = new TextDecoder();
  let rest = '';
  connection.onBytes((bytes) => {
    const lines = (rest + decoder.decode(bytes, { stream: true })).split('\n');
    rest = lines.pop() ?? '';
    for (const message of lines.map(parsed)) {
      if (message?.['event'] === 'SHUTDOWN') goesDown(reasonOf(message['data']));
      if (message !== undefined) answer(waiting, message);
    }
  });
  void connection.closed.then(() => {
    ended = true;
    goesDown(undefined);
    for (const { command, reject } of waiting.splice(0)) reject(gone(command));
  });
  const ask: Conversation['ask'] = (question, answerMs) =>
    new Promise((resolve, reject) => {
      const command = question.execute;
      if (ended) return reject(gone(command));
      // Who is not answered once cannot tell whose the next answer is: the conversation ends.
      const inTime = connection.closeAfter(answerMs, () => reject(silent(command, answerMs)));
      const heard =
        <T>(end: (value: T) => void) =>
        (value: T): void => {
          inTime();
          end(value);
        };
      waiting.push({ command, resolve: heard(resolve), reject: heard(reject) });
      connection.send(Buffer.from(`${JSON.stringify(question)}\n`));
    });
  return { ask, shutdownReason, close: connection.close };
}

/** QEMU answers in order; its greeting and its events answer nobody. */
function answer(waiting: Waiting[], message: Message): void {
  if (!('return' in message || 'error' in message)) return;
  const next = waiting.shift();
  if (next === undefined) return;
  if ('return' in message) return next.resolve(message['return']);
  next.reject(new BakeError('TOOL_FAILED', { what: `QEMU refused ${next.command}`, fix: 'Read the line below', details: [JSON.stringify(message['error'])] }));
}

function reasonOf(data: unknown): string | undefined {
  return typeof data === 'object' && data !== null && 'reason' in data ? String(data.reason) : undefined;
}

function parsed(line: string): Message | undefined {
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null ? (message as Message) : undefined;
  } catch {
    return undefined;
  }
}

function silent(command: string, answerMs: number): BakeError {
  return new BakeError('TOOL_FAILED', {
    what: `QEMU did not answer ${command} within ${answerMs / 1000} s`,
    fix: 'Look at the load and the disk of this host; end the VM by its process if it hangs',
  });
}

function gone(command: string): BakeError {
  return new BakeError('TOOL_FAILED', { what: `QEMU ended before it answered ${command}`, fix: 'Look at its last words in the log of the run' });
}
