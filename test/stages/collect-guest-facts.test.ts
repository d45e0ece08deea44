import { describe, expect, test } from 'vitest';
import { settledMark } from '../../scripts/checks/guest-collector.ts';
import type { Host } from '../../scripts/host/host.ts';
import { deadlines } from '../../scripts/checks/slowness.ts';
import { collectGuestFacts, type FactsInput } from '../../scripts/stages/collect-guest-facts.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';
import { probeFrames } from '../support/probe-frames.ts';
import { sampleCheck } from '../support/sample-check.ts';

const guestProbe = { run: 'hostname', expect: { equals: 'vm' }, phases: ['first-boot', 'after-reboot'] as const };
const declared = ['a', 'b'].map((name) => ({ phase: 'first-boot' as const, declaration: sampleCheck(`base.${name}`, { guest: guestProbe }) }));

function collect(answer: Omit<Answer, 'command'>, changes: Partial<FactsInput<string>> = {}) {
  const inputs: string[] = [];
  const host = fakeHost([{ command: 'ssh ', ...answer, effect: (_argv, { input }) => void inputs.push(input ?? '') }]);
  const input = {
    guest: fakeGuest(host),
    declared,
    env: { INGOT_ROLE: 'db' },
    deadlines: deadlines('tcg', 1),
    cpus: 2,
    nonce: 'n',
    facts: [],
    meanwhile: () => Promise.resolve('scanned'),
    ...changes,
  };
  return { host, inputs, result: collectGuestFacts<string>('first-boot').run(input, contextOf(host)) };
}

const settled = `${settledMark('n')}\n`;

describe('collectGuestFacts', () => {
  test('asks everything in one login, as root', async () => {
    const { host, inputs, result } = collect({ stdout: `${settled}${probeFrames('n', { 'base.a first-boot': 'vm\n', 'base.b first-boot': 'other\n' })}` });
    const { rows, meanwhile } = await result;
    expect(rows.map(({ check, outcome }) => [check, outcome])).toEqual([
      ['base.a', 'pass'],
      ['base.b', 'fail'],
    ]);
    expect(meanwhile).toBe('scanned');
    expect(host.commands).toHaveLength(1);
    expect(host.commands[0]).toMatch(/ 127\.0\.0\.1 sudo -n bash -s$/);
    expect(inputs[0]).toContain("export INGOT_ROLE='db'");
  });

  test('a probe without a result has no row: it will be counted as missing', async () => {
    const { rows } = await collect({ stdout: `${settled}${probeFrames('n', { 'base.a first-boot': 'vm' })}` }).result;
    expect(rows.map(({ check }) => check)).toEqual(['base.a']);
  });

  test('what is done meanwhile begins when the guest has settled, once', async () => {
    let begun = 0;
    await collect({ stdout: `${settled}${settled}` }, { meanwhile: () => Promise.resolve(String((begun += 1))) }).result;
    expect(begun).toBe(1);
  });

  test('a guest that never settles is lost, and nothing is begun', async () => {
    let begun = false;
    const { result } = collect({ stdout: '' }, { meanwhile: () => Promise.resolve(String((begun = true))) });
    await expect(result).rejects.toMatchObject({ code: 'GUEST_FAILED' });
    expect(begun).toBe(false);
  });

  test('a guest that hangs up is lost, with what it said', async () => {
    const { result } = collect({ exitCode: 1, stderr: 'sudo: a password is required\n', stdout: settled });
    await expect(result).rejects.toMatchObject({ code: 'GUEST_FAILED', details: ['sudo: a password is required'] });
  });

  test('a login that never began is tried again: first boots restart their SSH server', async () => {
    let logins = 0;
    const host = fakeHost();
    const run: Host['run'] = (argv, options) => {
      logins += 1;
      if (logins < 3) return Promise.resolve({ argv, exitCode: 255, stdout: '', stderr: 'Connection reset by peer', timedOut: false });
      options?.onLine?.(settled.trim());
      return Promise.resolve({ argv, exitCode: 0, stdout: settled + probeFrames('n', { 'base.a first-boot': 'vm' }), stderr: '', timedOut: false });
    };
    const input = {
      guest: fakeGuest(host),
      declared,
      env: {},
      deadlines: deadlines('tcg', 1),
      cpus: 2,
      nonce: 'n',
      facts: [],
      meanwhile: () => Promise.resolve(''),
    };
    const { rows } = await collectGuestFacts<string>('first-boot').run(input, contextOf({ ...host, run }));
    expect(rows).toHaveLength(1);
    expect(host.slept).toEqual([2000, 2000]);
  });

  test('one that broke off in the middle is not: its probes may have changed the guest', async () => {
    const { host, result } = collect({ exitCode: 255, stdout: settled, stderr: 'Broken pipe' });
    await expect(result).rejects.toMatchObject({ code: 'GUEST_FAILED' });
    expect(host.commands).toHaveLength(1);
  });

  test('a VM that died is named as the cause', async () => {
    const host = fakeHost([{ command: 'ssh ', exitCode: 255 }]);
    const guest = fakeGuest(host);
    guest.end({ exitCode: undefined, signal: 'SIGKILL' });
    const { result } = collect({ exitCode: 255, stdout: settled }, { guest });
    await expect(result).rejects.toThrow('The VM was ended by SIGKILL');
  });

  test('what fails meanwhile fails the stage', async () => {
    const { result } = collect({ stdout: settled }, { meanwhile: () => Promise.reject(new Error('no answer')) });
    await expect(result).rejects.toThrow('no answer');
  });
});
