import { join, resolve } from 'node:path';
import type { Call, Command, Outcome, Places } from '../commands/command.ts';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { isLocalStore } from '../model/store-location.ts';
import { json } from '../reports/json.ts';
import { asBakeError, errorDocument, errorText } from './describe-error.ts';
import { generalHelp, verbHelp } from './help.ts';
import { nearest } from '../errors/nearest.ts';
import { parseOptions, type ParsedLine } from './parse-options.ts';
import { showEvents } from './show-events.ts';
import type { Terminal } from './terminal.ts';
import { VERBS, type Verb } from './verbs.ts';

export interface Session {
  readonly terminal: Terminal;
  /** Called only when a verb really runs: help needs no machine. */
  readonly openHost: () => Promise<Host>;
  readonly interrupted: AbortSignal;
  /** Runs a program with our own terminal; resolves with its exit status. */
  readonly handOver: (argv: readonly [string, ...string[]]) => Promise<number>;
  /** The folder from which the caller ran npm: what relative paths are relative to. */
  readonly callerDir: string;
  /** Default: the real ones. */
  readonly verbs?: readonly Verb[];
}

/** The whole command line but for the process itself: words in, exit status out, everything printed on the way. */
export async function runVerb(argv: readonly string[], session: Session): Promise<number> {
  const [name, ...args] = argv;
  try {
    if (name === undefined || name === '--help' || name === '-h' || name === 'help') return await printHelp(args, session);
    const verb = verbOf(name, session);
    const command = await verb.load();
    const line = parseOptions(verb.name, command, args);
    if (line.help) return print(session, verbHelp(verb, command));
    return await perform(command, line, session);
  } catch (error) {
    return report(error, args.includes('--json'), session);
  }
}

async function printHelp(args: readonly string[], session: Session): Promise<number> {
  const [name] = args;
  if (name === undefined || name.startsWith('-')) return print(session, generalHelp(session.verbs ?? VERBS));
  const verb = verbOf(name, session);
  return print(session, verbHelp(verb, await verb.load()));
}

function verbOf(name: string, { verbs = VERBS }: Session): Verb {
  const found = verbs.find((verb) => verb.name === name);
  if (found !== undefined) return found;
  const names = verbs.map((verb) => verb.name);
  const meant = nearest(name, names);
  throw new BakeError('USAGE', {
    what: `There is no verb ${name}${meant === undefined ? '' : `; did you mean ${meant}?`}`,
    fix: `Choose one of: ${names.join(', ')}`,
  });
}

async function perform(command: Command, line: ParsedLine, session: Session): Promise<number> {
  const { terminal } = session;
  const host = await session.openHost();
  const screen = showEvents(terminal, host.clock.monotonicMs);
  const ask = terminal.ask;
  const call: Call = {
    values: line.values,
    positionals: line.positionals,
    desk: { host, say: screen.say },
    places: placesOf(line, host, session.callerDir),
    ask:
      ask === undefined
        ? undefined
        : (question) => {
            screen.pause();
            return ask(question);
          },
    pathOf: (written) => resolve(session.callerDir, written),
  };
  let outcome: Outcome;
  try {
    outcome = await command.run(call);
  } finally {
    screen.close();
  }
  terminal.result(line.json ? json(outcome.document) : outcome.text);
  if (outcome.handOver !== undefined && !line.json) return session.handOver(outcome.handOver);
  return outcome.exitStatus ?? 0;
}

function placesOf({ values }: ParsedLine, host: Host, callerDir: string): Places {
  const { projectDir, env } = host.facts;
  const chosen = (written: unknown, otherwise: string): string => (typeof written === 'string' && written !== '' ? resolve(callerDir, written) : otherwise);
  const buildDir = chosen(env['INGOT_BUILD_DIR'], join(projectDir, 'build'));
  const store = values['store'];
  const storeLocation = typeof store === 'string' && !isLocalStore(store) ? store : chosen(store, join(projectDir, 'published'));
  const layers = env['INGOT_LAYER_CACHE'] ?? '';
  const layerCache = { location: isLocalStore(layers) ? resolve(callerDir, layers) : layers, write: env['INGOT_LAYER_CACHE_WRITE'] === '1' };
  return { buildDir, cacheDir: chosen(values['cache'], join(buildDir, 'cache')), storeLocation, ...(layers === '' ? {} : { layerCache }) };
}

function report(thrown: unknown, asJson: boolean, { terminal, interrupted }: Session): number {
  const error = asBakeError(thrown, interrupted);
  terminal.aside(errorText(error));
  if (asJson) terminal.result(json(errorDocument(error)));
  return error.exitStatus;
}

function print({ terminal }: Session, text: string): number {
  terminal.result(text);
  return 0;
}
