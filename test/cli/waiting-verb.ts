import { interruption } from '../../scripts/cli/interruption.ts';
import { runVerb } from '../../scripts/cli/run-verb.ts';
import { defineCommand } from '../../scripts/commands/command.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { withScope } from '../../scripts/host/scope.ts';

// A verb that waits for ever, under the real wiring of signals: what cli.test.ts interrupts.
const interrupted = interruption(process, { monotonicMs: () => performance.now(), aside: () => undefined, exit: (status) => process.exit(status) });
const host = localHost({ interrupted, projectDir: '/', env: process.env });
const wait = defineCommand({
  options: {},
  run: ({ desk }) =>
    withScope(async (scope) => {
      scope.always('tidy', () => void process.stdout.write('tidied\n'));
      process.stdout.write('waiting\n');
      await desk.host.clock.sleep(3_600_000);
      return { document: null, text: 'never' };
    }),
});

process.exit(
  await runVerb(process.argv.slice(2), {
    terminal: {
      result: (text) => void process.stdout.write(text),
      aside: (text) => void process.stderr.write(text),
      live: false,
      columns: () => 80,
      color: false,
      unicode: false,
      ask: undefined,
    },
    openHost: () => Promise.resolve(host),
    interrupted,
    handOver: () => Promise.resolve(0),
    callerDir: '/',
    verbs: [{ name: 'wait', summary: 'waits', load: () => Promise.resolve(wait) }],
  }),
);
