import { describe, expect, test } from 'vitest';
import type { HostMachine } from '../../scripts/host/host.ts';
import type { InspectedDisk } from '../../scripts/stages/inspect-disk.ts';
import { readSealedDisk } from '../../scripts/stages/read-sealed-disk.ts';
import type { NamedProbe } from '../../scripts/checks/probe-script.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';
import { probeFrames } from '../support/probe-frames.ts';
import { sampleCheck } from '../support/sample-check.ts';

const declared = [{ phase: 'sealed' as const, declaration: sampleCheck('base.os', { sealed: { run: 'cat "$ROOT/etc/id"', expect: { equals: 'x' } } }) }];
const disk: InspectedDisk = {
  path: '/d.qcow2',
  format: 'qcow2',
  fileSizeBytes: 9,
  virtualSizeBytes: 1,
  root: { number: 1, offsetBytes: 1024, sizeBytes: 4096, linux: true },
  partitions: [],
  sha256: 'a',
};

function read({
  answer = {},
  facts = {},
  asked = [],
  ...changes
}: {
  readonly answer?: Omit<Answer, 'command'>;
  readonly facts?: Partial<HostMachine>;
  readonly disk?: InspectedDisk;
  readonly declared?: typeof declared;
  readonly asked?: readonly NamedProbe[];
} = {}) {
  const options: { readonly contain: boolean | undefined; readonly tmp: string | undefined }[] = [];
  const host = fakeHost([{ command: 'bash -s', ...answer, effect: (_argv, { contain, env }) => void options.push({ contain, tmp: env?.['TMPDIR'] }) }], facts);
  const input = { disk, declared, facts: asked, env: {}, scratchDir: host.dir, probeMs: 20_000, nonce: 'n', ...changes };
  const sealed = readSealedDisk.run(input, contextOf(host));
  return { host, options, sealed, rows: sealed.then((looked) => looked.rows) };
}

describe('readSealedDisk', () => {
  test('judges what the probes found, in namespaces of their own', async () => {
    const { rows, options, host } = read({ answer: { stdout: probeFrames('n', { 'base.os sealed': 'x\n' }) } });
    expect(await rows).toMatchObject([{ check: 'base.os', outcome: 'pass' }]);
    expect(options).toEqual([{ contain: true, tmp: host.dir }]);
  });

  test('a disk that cannot be mounted is unknown, with the last lines of what the tool said', async () => {
    const { rows } = read({ answer: { exitCode: 73, stderr: 'noise\nmount: wrong fs type\n' } });
    expect(await rows).toMatchObject([{ outcome: 'unknown', found: 'the disk could not be looked into: noise | mount: wrong fs type' }]);
  });

  test('a script that ends early says how, also when it has no words of its own', async () => {
    expect(await read({ answer: { exitCode: 70 } }).rows).toMatchObject([
      { outcome: 'unknown', found: 'the disk could not be looked into: it ended with status 70 and said nothing' },
    ]);
    expect(await read({ answer: { timedOut: true, stderr: 'mounting\n' } }).rows).toMatchObject([
      { found: 'the disk could not be looked into: mounting | it did not end in time' },
    ]);
  });

  test('where no check is declared, the words are not lost', async () => {
    const asked = [{ name: 'count', run: 'ls | wc -l' }];
    const problemOf = async (wish: Parameters<typeof read>[0]) => (await read({ declared: [], asked, ...wish }).sealed).problem;
    expect(await problemOf({ answer: { exitCode: 73, stderr: 'noise\nmount: wrong fs type\n' } })).toEqual(['noise', 'mount: wrong fs type']);
    expect(await problemOf({ answer: { stdout: probeFrames('n', { count: '12\n' }), stderr: 'noise' } })).toBeUndefined();
    expect(await problemOf({ facts: { isRoot: false } })).toEqual(['looking into a disk needs root: run this again as root (sudo)']);
    expect(await problemOf({ disk: { ...disk, root: undefined } })).toEqual([expect.stringContaining('no partition of the disk')]);
  });

  test('without root nothing is looked at, and nothing passes', async () => {
    const { rows, host } = read({ facts: { isRoot: false } });
    expect(await rows).toMatchObject([{ outcome: 'unknown', found: expect.stringContaining('needs root') as string }]);
    expect(host.commands).toEqual([]);
  });

  test('a disk without a Linux partition is unknown', async () => {
    expect(await read({ disk: { ...disk, root: undefined } }).rows).toMatchObject([{ outcome: 'unknown' }]);
  });

  test('where nothing is declared, nothing is mounted', async () => {
    const { rows, host } = read({ declared: [] });
    expect(await rows).toEqual([]);
    expect(host.commands).toEqual([]);
  });

  test('what is asked beside the checks is handed back as it came, also where no check is declared', async () => {
    const { sealed } = read({ declared: [], asked: [{ name: 'count', run: 'ls | wc -l' }], answer: { stdout: probeFrames('n', { count: '12\n' }) } });
    const { rows, facts } = await sealed;
    expect(rows).toEqual([]);
    expect(facts.get('count')?.stdout).toBe('12\n');
  });
});
