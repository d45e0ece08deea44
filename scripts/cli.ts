import { enableCompileCache } from 'node:module';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline/promises';
import { flushed } from './cli/flushed.ts';
import { interruption } from './cli/interruption.ts';
import { handOver } from './host/hand-over.ts';
import { runVerb } from './cli/run-verb.ts';
import type { Terminal } from './cli/terminal.ts';
import type { Host } from './host/host.ts';

const projectDir = dirname(import.meta.dirname);
// Verbs are loaded after this: from their second start on they begin in a third of the time.
enableCompileCache(join(projectDir, 'node_modules/.cache/ingot'));

const { env, stdin, stdout, stderr } = process;

// A reader that has seen enough (`| head`) is no reason to give up a bake.
for (const stream of [stdout, stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') throw error;
  });
}

const live = stderr.isTTY && env['TERM'] !== 'dumb';
const terminal: Terminal = {
  result: (text) => void stdout.write(text),
  aside: (text) => void stderr.write(text),
  live,
  columns: () => stderr.columns ?? 80,
  color: live && (env['NO_COLOR'] ?? '') === '',
  unicode: /utf-?8/i.test(env['LC_ALL'] || env['LC_CTYPE'] || env['LANG'] || ''),
  ask: stdin.isTTY && stderr.isTTY ? ask : undefined,
};
const interrupted = interruption(process, { monotonicMs: () => performance.now(), aside: terminal.aside, exit: (status) => process.exit(status) });
const openHost = async (): Promise<Host> => (await import('./host/local-host.ts')).localHost({ interrupted, projectDir, env });

const status = await runVerb(process.argv.slice(2), { terminal, openHost, interrupted, handOver, callerDir: env['INIT_CWD'] ?? process.cwd() });
await Promise.all([flushed(stdout), flushed(stderr)]);
process.exit(status);

async function ask(question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  // While a line is read, the terminal gives Ctrl-C to the reader instead of the process; Ctrl-D gives no answer at all.
  lines.on('SIGINT', () => process.kill(process.pid, 'SIGINT'));
  const closed = new Promise<string>((resolve) => lines.once('close', () => resolve('')));
  try {
    const answer = await Promise.race([lines.question(`${question} [y/N] `, { signal: interrupted }), closed]);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    lines.close();
  }
}
