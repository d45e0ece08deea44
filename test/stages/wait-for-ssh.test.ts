import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { waitForSsh, type WaitInput } from '../../scripts/stages/wait-for-ssh.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';

const BOOT_ID = '7107df23-0ea5-451f-aab2-71444792b178';

interface Scene {
  readonly console?: string;
  readonly banners?: readonly (string | undefined)[];
  readonly ssh?: Answer;
}

/** A host on which the guest's port says these things, one a try, the last for ever. */
function stage({ console = '', banners = ['SSH-2.0-OpenSSH'], ssh = { command: 'ssh ', stdout: `${BOOT_ID}\n` } }: Scene) {
  const fake = fakeHost([ssh]);
  let tries = 0;
  const banner: Host['net']['banner'] = () => Promise.resolve(banners[Math.min(tries++, banners.length - 1)]);
  const host = { ...fake, net: { ...fake.net, banner } };
  const guest = fakeGuest(host);
  const written = host.files.writeText(guest.vm.serialPath, console);
  const wait = (changes: Partial<WaitInput> = {}) => written.then(() => waitForSsh.run({ guest, deadlineMs: 10_000, ...changes }, contextOf(host)));
  return { host, guest, wait, written };
}

describe('waitForSsh', () => {
  test('ends with a real login, which names the boot', async () => {
    const { wait, host } = stage({ banners: [undefined, undefined, 'SSH-2.0-OpenSSH_9.2'] });
    await expect(wait()).resolves.toEqual({ bootId: BOOT_ID });
    expect(host.slept).toEqual([1000, 1000]);
  });

  test('a banner alone is no login', async () => {
    const { wait } = stage({ console: 'login:', ssh: { command: 'ssh ', exitCode: 255, stderr: 'Permission denied (publickey).' } });
    await expect(wait()).rejects.toMatchObject({
      code: 'GUEST_FAILED',
      what: "The guest's SSH server answers, but did not let tess in with the key of this run within 10 s: Permission denied (publickey).",
    });
  });

  test('a port that says something else is not an SSH server', async () => {
    const { wait, host } = stage({ console: 'x', banners: ['HTTP/1.1 400'] });
    await expect(wait()).rejects.toThrow(/nothing answered on its SSH port/);
    expect(host.commands).toEqual([]);
  });

  test('a console that is alive is told from one that is silent', async () => {
    await expect(stage({ console: 'Booting\n', banners: [undefined] }).wait()).rejects.toMatchObject({
      what: "The guest's console is alive, but nothing answered on its SSH port within 10 s",
      details: ['Booting'],
    });
    await expect(stage({ banners: [undefined] }).wait()).rejects.toThrow('The guest wrote nothing to its serial console');
  });

  test('a VM that dies ends the wait at once, with how it ended and its last lines', async () => {
    const { wait, guest, host } = stage({ console: 'half a boot\n', banners: [undefined] });
    guest.end({ exitCode: undefined, signal: 'SIGKILL', stderr: 'qemu: out of memory\n' });
    await expect(wait()).rejects.toMatchObject({ code: 'GUEST_FAILED', what: 'The VM was ended by SIGKILL', details: ['qemu: out of memory', 'half a boot'] });
    expect(host.slept.length).toBeLessThanOrEqual(1);
  });

  test('a VM that dies while its port is asked is not waited for', async () => {
    const { guest, host, wait } = stage({ console: 'x' });
    const stuck = { ...host, net: { ...host.net, banner: () => new Promise<undefined>(() => undefined) } };
    await wait({ guest: { ...guest, child: { ...guest.child, ended: Promise.resolve({ exitCode: 1, signal: undefined, stderr: '' }) } } }).catch(
      () => undefined,
    );
    const dying = { ...guest, child: { ...guest.child, ended: Promise.resolve({ exitCode: 1, signal: undefined, stderr: '' }) } };
    await expect(waitForSsh.run({ guest: dying, deadlineMs: 10_000 }, contextOf(stuck))).rejects.toMatchObject({
      what: 'The VM ended by itself with exit status 1',
    });
  });

  test('a panic ends the wait, and is named', async () => {
    const { wait, host } = stage({ console: '[ 1.0] Kernel panic - not syncing: no init\n', banners: [undefined] });
    await expect(wait()).rejects.toMatchObject({
      what: "The guest's kernel panicked",
      details: expect.arrayContaining(['[ 1.0] Kernel panic - not syncing: no init']) as string[],
    });
    expect(host.slept).toEqual([]);
  });

  test('what the boot before wrote does not count', async () => {
    const { wait } = stage({ console: 'Kernel panic - not syncing\nsecond boot\n', banners: [undefined] });
    await expect(wait({ fromByte: 'Kernel panic - not syncing\n'.length })).rejects.toMatchObject({
      what: expect.stringContaining('nothing answered') as string,
      details: ['second boot'],
    });
  });

  test('after a reboot the old boot is no login', async () => {
    await expect(stage({ console: 'x' }).wait({ previousBootId: BOOT_ID })).rejects.toThrow(/nothing answered/);
    await expect(stage({}).wait({ previousBootId: 'another' })).resolves.toEqual({ bootId: BOOT_ID });
  });

  test('an interruption is not a lost guest', async () => {
    const { host, guest, written } = stage({ banners: [undefined] });
    await written;
    const interrupted = { ...host, clock: { ...host.clock, sleep: () => Promise.reject(new Error('INTERRUPTED')) } };
    await expect(waitForSsh.run({ guest, deadlineMs: 10_000 }, contextOf(interrupted))).rejects.toThrow('INTERRUPTED');
  });
});
