import { resolve } from 'node:path';
import { parseOptions } from '../../scripts/cli/parse-options.ts';
import type { Ask, Call, Command, Outcome } from '../../scripts/commands/command.ts';
import type { Event } from '../../scripts/model/event.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

export interface CommandRun {
  readonly host?: FakeHost;
  readonly ask?: Ask;
  readonly say?: (event: Event) => void;
}

/** Runs a verb as the command line would: its words go through the real parser and its own table. */
export function runCommand(command: Command, args: readonly string[], { host = fakeHost(), ask, say = () => undefined }: CommandRun = {}): Promise<Outcome> {
  const { values, positionals } = parseOptions('verb', command, args);
  const call: Call = {
    values,
    positionals,
    desk: { host, say },
    places: { buildDir: '/p/build', cacheDir: '/p/build/cache', storeLocation: '/p/published' },
    ask,
    pathOf: (written: string) => resolve('/caller', written),
  };
  return command.run(call);
}
