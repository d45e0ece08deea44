import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { runVerb, type Session } from '../../scripts/cli/run-verb.ts';
import type { Verb } from '../../scripts/cli/verbs.ts';
import { defineCommand, type Call, type Command, type Outcome } from '../../scripts/commands/command.ts';
import { BakeError } from '../../scripts/errors.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { terminalDouble, type TerminalDouble } from './terminal-double.ts';

interface Stage extends Session {
  readonly terminal: TerminalDouble;
  readonly host: FakeHost;
  readonly calls: Call[];
  readonly handedOver: (readonly string[])[];
}

function sessionOf(run: Command['run'] = () => Promise.resolve({ document: { kind: 'X' }, text: 'done\n' }), env: Record<string, string> = {}): Stage {
  const host = fakeHost([], { env });
  const calls: Call[] = [];
  const handedOver: (readonly string[])[] = [];
  const command = defineCommand({
    positionals: [{ name: 'FILE', required: false, help: 'a file' }],
    options: { store: { kind: 'text', value: 'DIR', help: 'the store' }, cache: { kind: 'text', value: 'DIR', help: 'the cache' } },
    examples: ['npm run toast -- bread'],
    run: (call) => {
      calls.push(call);
      return run(call);
    },
  });
  const verbs: readonly Verb[] = [{ name: 'toast', summary: 'toasts', load: () => Promise.resolve(command) }];
  const handOver = (argv: readonly string[]): Promise<number> => {
    handedOver.push(argv);
    return Promise.resolve(42);
  };
  return {
    terminal: terminalDouble(),
    host,
    calls,
    handedOver,
    handOver,
    openHost: () => Promise.resolve(host),
    interrupted: host.interrupted,
    callerDir: '/home/me',
    verbs,
  };
}

const refused = new BakeError('PUBLISH_REFUSED', {
  what: 'It is not published',
  fix: 'Bake it',
  details: ['reason one', '\u001B[31mreason two'],
  cause: new Error('underneath'),
});

describe('help', () => {
  test.each([[[]], [['--help']], [['-h']], [['help']]])('%j lists the verbs', async (argv) => {
    const session = sessionOf();
    expect(await runVerb(argv, session)).toBe(0);
    expect(session.terminal.out()).toContain('  toast  toasts');
    expect(session.calls).toEqual([]);
  });

  test.each([[['toast', '--help']], [['help', 'toast']], [['toast', '--nonsense', '-h']]])('%j shows the verb’s own table', async (argv) => {
    const session = sessionOf();
    expect(await runVerb(argv, session)).toBe(0);
    for (const part of ['toast: toasts', 'Usage: npm run toast -- [FILE] [options]', '--store DIR', '--json', 'npm run toast -- bread'])
      expect(session.terminal.out()).toContain(part);
    expect(session.calls).toEqual([]);
  });

  test('needs no machine', async () => {
    const session = { ...sessionOf(), openHost: () => Promise.reject(new Error('opened')) };
    expect(await runVerb(['toast', '--help'], session)).toBe(0);
  });
});

describe('exit status', () => {
  test('of the outcome, 0 unless it says otherwise', async () => {
    expect(await runVerb(['toast'], sessionOf())).toBe(0);
    expect(
      await runVerb(
        ['toast'],
        sessionOf(() => Promise.resolve({ document: 1, text: '', exitStatus: 5 })),
      ),
    ).toBe(5);
  });

  test('of the error', async () => {
    expect(
      await runVerb(
        ['toast'],
        sessionOf(() => Promise.reject(refused)),
      ),
    ).toBe(6);
    expect(
      await runVerb(
        ['toast'],
        sessionOf(() => Promise.reject(new TypeError('oops'))),
      ),
    ).toBe(1);
  });

  test('2 for an unknown verb, with the nearest', async () => {
    const session = sessionOf();
    expect(await runVerb(['toats'], session)).toBe(2);
    expect(session.terminal.err()).toMatch(/^error: There is no verb toats; did you mean toast\?\nfix: Choose one of: toast\n$/);
  });

  test('130 when it was interrupted, whatever was thrown on the way out', async () => {
    const session = { ...sessionOf(() => Promise.reject(new Error('pipe closed'))), interrupted: AbortSignal.abort() };
    expect(await runVerb(['toast'], session)).toBe(130);
  });
});

describe('a program that takes the terminal over', () => {
  const toSsh = (): Promise<Outcome> => Promise.resolve({ document: { argv: ['ssh'] }, text: '', handOver: ['ssh', 'there'] });

  test('gives its own exit status', async () => {
    const session = sessionOf(toSsh);
    expect(await runVerb(['toast'], session)).toBe(42);
    expect(session.handedOver).toEqual([['ssh', 'there']]);
  });

  test('is only named with --json', async () => {
    const session = sessionOf(toSsh);
    expect(await runVerb(['toast', '--json'], session)).toBe(0);
    expect(session.handedOver).toEqual([]);
  });
});

describe('what is printed where', () => {
  test('the text on standard output, events on standard error', async () => {
    const session = sessionOf(({ desk }) => {
      desk.say({ type: 'note', message: 'by the way' });
      return Promise.resolve({ document: {}, text: 'done\n' });
    });
    await runVerb(['toast'], session);
    expect(session.terminal.out()).toBe('done\n');
    expect(session.terminal.err()).toContain('by the way');
  });

  test('with --json exactly one document, also for an error', async () => {
    const fine = sessionOf();
    await runVerb(['toast', '--json'], fine);
    expect(JSON.parse(fine.terminal.out())).toEqual({ kind: 'X' });
    const failed = sessionOf(() => Promise.reject(refused));
    await runVerb(['toast', '--json'], failed);
    expect(JSON.parse(failed.terminal.out())).toMatchObject({
      kind: 'Error',
      code: 'PUBLISH_REFUSED',
      exitStatus: 6,
      what: 'It is not published',
      causes: ['underneath'],
    });
    expect(failed.terminal.err()).toContain('error: It is not published');
  });

  test('an error says what, evidence, cause and fix, and nothing in it reaches the terminal as an escape', async () => {
    const session = sessionOf(() => Promise.reject(refused));
    await runVerb(['toast'], session);
    expect(session.terminal.err()).toBe('error: It is not published\n  reason one\n  reason two\n  because: underneath\nfix: Bake it\n');
  });

  test('an unknown error is called a bug of ours and shows its stack', async () => {
    const session = sessionOf(() => Promise.reject(new TypeError('oops')));
    await runVerb(['toast'], session);
    expect(session.terminal.err()).toMatch(/^error: A bug of ours.*\n {2}TypeError: oops\n {2} +at /);
  });
});

describe('places', () => {
  test('lie in the project unless they are moved, and moved ones are seen from the caller’s folder', async () => {
    const usual = sessionOf();
    await runVerb(['toast'], usual);
    const { dir } = usual.host;
    expect(usual.calls[0]?.places).toEqual({ buildDir: join(dir, 'build'), cacheDir: join(dir, 'build/cache'), storeLocation: join(dir, 'published') });
    const moved = sessionOf(undefined, { INGOT_BUILD_DIR: '/big/build' });
    await runVerb(['toast', 'copy.qcow2', '--store', '../store'], moved);
    expect(moved.calls[0]?.places).toEqual({ buildDir: '/big/build', cacheDir: '/big/build/cache', storeLocation: '/home/store' });
    expect(moved.calls[0]?.pathOf('copy.qcow2')).toBe('/home/me/copy.qcow2');
    const remote = sessionOf();
    await runVerb(['toast', '--store', 's3://bucket/images'], remote);
    expect(remote.calls[0]?.places.storeLocation).toBe('s3://bucket/images');
  });

  test.each([
    [{ INGOT_LAYER_CACHE: 's3://bucket/layers' }, { location: 's3://bucket/layers', write: false }],
    [
      { INGOT_LAYER_CACHE: '../layers', INGOT_LAYER_CACHE_WRITE: '1' },
      { location: '/home/layers', write: true },
    ],
    [
      { INGOT_LAYER_CACHE: '/mnt/layers', INGOT_LAYER_CACHE_WRITE: 'yes' },
      { location: '/mnt/layers', write: false },
    ],
    [{ INGOT_LAYER_CACHE: '', INGOT_LAYER_CACHE_WRITE: '1' }, undefined],
  ])('of shared layers come from the environment, and are written to only when that is said: %j', async (env, expected) => {
    const session = sessionOf(undefined, env);
    await runVerb(['toast'], session);
    expect(session.calls[0]?.places.layerCache).toEqual(expected);
  });
});
