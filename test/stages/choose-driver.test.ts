import { describe, expect, test } from 'vitest';
import type { HostMachine } from '../../scripts/host/host.ts';
import { chooseDriver, type ChosenDriver, type DriverWish } from '../../scripts/stages/choose-driver.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';

const PACKER: Answer = { command: 'packer version', stdout: 'Packer v1.6.6\n\nYour version of Packer is out of date! The latest version\nis 1.14.2.\n' };
/** The status with which the reference guest says that it has run. */
const GUEST_RAN: Answer = { command: /^qemu-system-x86_64 .*accel=kvm/, exitCode: 99 };
const GUEST_HUNG: Answer = { command: /^qemu-system-x86_64 .*accel=kvm/, timedOut: true };

interface Machine {
  readonly kvm?: Answer;
  readonly packer?: Answer;
  readonly facts?: Partial<HostMachine>;
}

function hostWith({ kvm, packer = PACKER, facts = {} }: Machine): FakeHost {
  const host = fakeHost([packer, ...(kvm === undefined ? [] : [kvm])], facts);
  const exists = (path: string): Promise<boolean> => (path === '/dev/kvm' ? Promise.resolve(kvm !== undefined) : host.files.exists(path));
  return { ...host, files: { ...host.files, exists }, facts: { ...host.facts, env: { TMPDIR: host.dir } } };
}

const chosen = (machine: Machine, wish: Partial<DriverWish> = {}): Promise<ChosenDriver> =>
  runStage(deskOf(hostWith(machine)), chooseDriver, { driver: 'auto', accel: 'auto', ...wish });

describe('chooseDriver', () => {
  test.each<[string, Machine, Partial<DriverWish>, Omit<ChosenDriver, 'packerVersion'>]>([
    ['VMs where KVM really runs a guest', { kvm: GUEST_RAN }, {}, { driver: 'vm', accelerator: 'kvm' }],
    ['natively where KVM opens and then runs nothing', { kvm: GUEST_HUNG }, {}, { driver: 'native', accelerator: 'tcg' }],
    ['natively where there is no KVM', {}, {}, { driver: 'native', accelerator: 'tcg' }],
    ['emulated VMs without root', { facts: { isRoot: false } }, {}, { driver: 'vm', accelerator: 'tcg' }],
    ['emulated VMs on another architecture', { facts: { arch: 'arm64' } }, {}, { driver: 'vm', accelerator: 'tcg' }],
    ['emulated VMs on another system', { facts: { platform: 'darwin' } }, {}, { driver: 'vm', accelerator: 'tcg' }],
    ['natively when that is asked for, although KVM works', { kvm: GUEST_RAN }, { driver: 'native' }, { driver: 'native', accelerator: 'kvm' }],
    ['VMs when they are asked for, although they are slow', {}, { driver: 'vm' }, { driver: 'vm', accelerator: 'tcg' }],
    ['natively when emulation is asked for, although KVM works', { kvm: GUEST_RAN }, { accel: 'tcg' }, { driver: 'native', accelerator: 'tcg' }],
  ])('bakes in %s', async (_title, machine, wish, choice) => {
    expect(await chosen(machine, wish)).toEqual({ ...choice, packerVersion: '1.6.6' });
  });

  test.each<[string, Partial<HostMachine>]>([
    ['without root', { isRoot: false }],
    ['on another architecture', { arch: 'arm64' }],
    ['on another system', { platform: 'darwin' }],
  ])('refuses to bake natively %s', async (_title, facts) => {
    await expect(chosen({ facts }, { driver: 'native' })).rejects.toMatchObject({
      ...{ code: 'HOST_NOT_READY', exitStatus: 3, fix: expect.stringContaining('--driver vm') as string },
    });
  });

  test('refuses KVM where it does not work, when it was asked for by name', async () => {
    await expect(chosen({ kvm: GUEST_HUNG }, { accel: 'kvm' })).rejects.toMatchObject({
      code: 'HOST_NOT_READY',
      fix: expect.stringContaining('--accel tcg') as string,
    });
  });

  test.each([
    ['Packer v1.14.2\n', '1.14.2'],
    ['1.6.6\n', '1.6.6'],
    ['Packer v1.7.0-dev (abcdef)\n', '1.7.0'],
    ['no number', '1.7.0'],
  ])('reads the version of Packer from %j', async (stdout, packerVersion) => {
    expect(await chosen({ packer: { command: 'packer version', stdout } })).toMatchObject({ packerVersion });
  });

  test('says what it chose and why', async () => {
    const desk = deskOf(hostWith({}));
    await runStage(desk, chooseDriver, { driver: 'auto', accel: 'auto' });
    expect(desk.events).toContainEqual({
      ...{ type: 'note', message: 'Baking with the native driver; guests run with tcg (KVM does not work here: there is no /dev/kvm)' },
    });
  });
});
