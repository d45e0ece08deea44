import { describe, expect, test } from 'vitest';
import { parseOptions } from '../../scripts/cli/parse-options.ts';
import { defineCommand, type Command } from '../../scripts/commands/command.ts';
import { BakeError } from '../../scripts/errors.ts';

const bakeLike = defineCommand({
  options: {
    distro: { kind: 'text', value: 'ID', help: 'which distro', required: true },
    driver: { kind: 'choice', choices: ['auto', 'native', 'vm'], default: 'auto', help: 'which driver' },
    out: { kind: 'text', value: 'DIR', help: 'where to', default: 'somewhere' },
    forward: { kind: 'list', value: 'HOST:GUEST', help: 'a port' },
    'dry-run': { kind: 'flag', help: 'only talk' },
  },
  run: () => Promise.resolve({ document: null, text: '' }),
});
const withPlaces = (required: boolean, many = false): Command => ({ ...bakeLike, options: {}, positionals: [{ name: 'REF', required, many, help: 'what' }] });

function refusal(args: readonly string[], command = bakeLike): BakeError {
  try {
    parseOptions('bake', command, args);
  } catch (error) {
    if (error instanceof BakeError) return error;
    throw error;
  }
  throw new Error('was accepted');
}

describe('what is understood', () => {
  test('every kind of option, with its default', () => {
    expect(parseOptions('bake', bakeLike, ['--distro', 'x']).values).toEqual({ distro: 'x', driver: 'auto', out: 'somewhere', forward: [], 'dry-run': false });
    const args = ['--distro=x', '--driver', 'vm', '--forward', '1:2', '--forward=3:4', '--dry-run', '--out', 'here'];
    expect(parseOptions('bake', bakeLike, args).values).toEqual({ distro: 'x', driver: 'vm', out: 'here', forward: ['1:2', '3:4'], 'dry-run': true });
  });

  test('the last of two wins, as in every script that appends its own', () => {
    expect(parseOptions('bake', bakeLike, ['--distro', 'x', '--distro', 'y']).values['distro']).toBe('y');
  });

  test('--json and --help are every verb’s; help asks for nothing else', () => {
    expect(parseOptions('bake', bakeLike, ['--distro', 'x', '--json'])).toMatchObject({ json: true, help: false });
    expect(parseOptions('bake', bakeLike, ['--help'])).toMatchObject({ help: true });
    expect(parseOptions('bake', bakeLike, ['-h'])).toMatchObject({ help: true });
  });

  test('words, also those that look like options behind a lone --', () => {
    expect(parseOptions('verify', withPlaces(true), ['a.qcow2']).positionals).toEqual(['a.qcow2']);
    expect(parseOptions('ssh', withPlaces(true, true), ['vm', '--', 'ls', '-la']).positionals).toEqual(['vm', 'ls', '-la']);
  });
});

describe('what is refused', () => {
  test.each([
    [['--distro', 'x', '--frehs'], /--frehs is not an option here/],
    [['--distro', 'x', '--drive', 'vm'], /did you mean --driver\?/],
    [['--distro', 'x', '--driver', 'vmm'], /--driver vmm: choose one of auto, native, vm; did you mean vm\?/],
    [['--distro'], /--distro needs a value: --distro ID/],
    [['--distro='], /--distro needs a value/],
    [['--distro', '--dry-run'], /--distro needs a value, and --dry-run follows it/],
    [['--distro', 'x', '--dry-run=yes'], /--dry-run takes no value/],
    [[], /--distro ID is missing: which distro/],
    [['--distro', 'x', 'stray'], /stray: nothing of that kind is expected here \(npm needs a lone --/],
    [['--distro', 'x', '-q'], /-q is not an option here/],
    [['--distro', 'x', '--__proto__', 'y'], /--__proto__ is not an option here/],
    [['--distro', 'x', '--constructor'], /--constructor is not an option here/],
  ])('%j', (args, what) => {
    const error = refusal(args);
    expect(error.code).toBe('USAGE');
    expect(error.exitStatus).toBe(2);
    expect(error.what).toMatch(what);
    expect(error.fix).toContain('npm run bake -- --help');
  });

  test('all problems at once', () => {
    const error = refusal(['--driver', 'x', '--nope']);
    expect([error.what, ...error.details]).toHaveLength(3);
  });

  test('a missing word and one too many', () => {
    expect(refusal([], withPlaces(true)).what).toBe('REF is missing: what');
    expect(refusal(['a', 'b'], withPlaces(true)).what).toMatch(/^b: nothing/);
    expect(parseOptions('x', withPlaces(false), []).positionals).toEqual([]);
  });
});
