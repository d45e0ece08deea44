import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Argv } from '../host/host.ts';
import type { PrivateAddress } from '../plan/private-network.ts';
import type { FoundVm, VmState } from '../store/vm-folders.ts';

/** One VM as it is shown to its owner. */
export interface RunningVm {
  readonly name: string;
  readonly reference: string;
  readonly state: VmState;
  readonly pid: number;
  readonly sshPort: number;
  /** Host ports by guest port, as QEMU holds them. */
  readonly forwards: readonly ForwardWish[];
  readonly urls: readonly string[];
  /** Where other VMs of its private network reach it. */
  readonly privateNetwork?: PrivateAddress;
  /** One line to paste. */
  readonly sshCommand: string;
  readonly startedAt: string;
}

export interface ForwardWish {
  readonly host: number;
  readonly guest: number;
}

const SSH_PORT = 22;
const SCHEMES: Readonly<Record<number, string>> = { 80: 'http', 443: 'https' };

/** What a VM's record means to the person who launched it. */
export function describeVm(vm: FoundVm): RunningVm {
  const { name, reference, process, forwards, privateNetwork, startedAt } = vm.record;
  return {
    name,
    reference,
    state: vm.state,
    pid: process?.pid ?? 0,
    sshPort: sshPortOf(vm),
    forwards,
    urls: forwards.flatMap(({ host, guest }) => (SCHEMES[guest] === undefined ? [] : [`${SCHEMES[guest]}://127.0.0.1:${host}/`])),
    ...(privateNetwork === undefined ? {} : { privateNetwork }),
    sshCommand: sshArgvOf(vm, []).map(pasteable).join(' '),
    startedAt,
  };
}

/** What a VM is called when nobody says. A host name, and so a VM's, has at most 63 characters; an image's id may have more. */
export function defaultVmName({ imageId }: { readonly imageId: string }): string {
  return imageId.slice(0, 58).replace(/[.-]+$/, '');
}

/** The way in: the host key is remembered in the VM's own folder, so that neither an old one nor ~/.ssh/known_hosts gets in the way. */
export function sshArgvOf(vm: FoundVm, command: readonly string[]): Argv {
  const { keyPath, loginUser } = vm.record;
  return [
    'ssh',
    ...['-p', String(sshPortOf(vm))],
    ...(keyPath === null ? [] : ['-i', keyPath]),
    ...['-o', `UserKnownHostsFile=${join(vm.dir, 'known_hosts')}`, '-o', 'StrictHostKeyChecking=accept-new'],
    `${loginUser}@127.0.0.1`,
    ...(command.length === 0 ? [] : ['--', ...command]),
  ];
}

/** Adds the forwards that every VM has to those that were asked for, and refuses what no port can be. */
export function completeForwards(wished: readonly ForwardWish[]): readonly ForwardWish[] {
  for (const { host, guest } of wished) {
    if (!isPort(guest) || (host !== 0 && !isPort(host)))
      throw new BakeError('USAGE', {
        what: `--forward ${host}:${guest} is not a pair of ports`,
        fix: 'Use HOST:GUEST, each from 1 to 65535; host port 0 lets one be chosen',
      });
    if (host !== 0 && wished.filter((other) => other.host === host).length > 1)
      throw new BakeError('USAGE', { what: `Host port ${host} is forwarded twice`, fix: 'Give each --forward a host port of its own' });
  }
  const always = [SSH_PORT, ...Object.keys(SCHEMES).map(Number)].filter((guest) => !wished.some((forward) => forward.guest === guest));
  return [...wished, ...always.map((guest) => ({ host: 0, guest }))];
}

function sshPortOf({ record }: FoundVm): number {
  return record.forwards.find(({ guest }) => guest === SSH_PORT)?.host ?? 0;
}

function isPort(port: number): boolean {
  return Number.isInteger(port) && port >= 1 && port <= 65_535;
}

function pasteable(word: string): string {
  return /^[A-Za-z0-9_@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
