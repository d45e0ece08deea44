import { BakeError } from '../errors.ts';
import type { Argv } from '../host/host.ts';
import type { Accelerator } from '../model/build-plan.ts';
import { cpuModel } from '../model/cpu-model.ts';
import type { Firmware } from '../model/distro.ts';

export interface Forward {
  /** 0: QEMU takes a free one; ask it which by `forwardedPorts` (tools/qmp.ts). */
  readonly hostPort: number;
  readonly guestPort: number;
}

export interface GuestNetwork {
  readonly forwards: readonly Forward[];
  /** True: the guest reaches nothing, neither the host nor the world; forwards work all the same. */
  readonly isolated?: boolean;
  /** A second card, on a network of VMs alone. */
  readonly privateCard?: { readonly mac: string; readonly group: string; readonly port: number };
}

export interface VmRequest {
  readonly accelerator: Accelerator;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly diskPath: string;
  /** Default qcow2. */
  readonly diskFormat?: 'qcow2' | 'raw';
  /** True: the disk is thrown away after the run, so nothing is ever flushed. */
  readonly throwAway?: boolean;
  readonly seedPath?: string;
  readonly firmware: Firmware;
  /** Needed with `uefi`; see tools/ovmf.ts. */
  readonly ovmf?: Ovmf;
  readonly serialPath: string;
  /** True: a VM that is started again writes on behind what it wrote before. */
  readonly serialAppends?: boolean;
  /** A Unix socket that becomes the guest's second serial line. */
  readonly secondSerialPath?: string;
  /** At most 107 bytes: a limit of Unix sockets. */
  readonly qmpPath: string;
  readonly network: GuestNetwork;
  readonly pidfile?: string;
}

export interface Ovmf {
  readonly codePath: string;
  /** A copy of this VM's own: firmware writes to it. */
  readonly varsPath: string;
}

/** The guest's network: a range for documentation, which no image has a reason to trust (not 10.0.0.0/8). */
export const GUEST_NETWORK = { prefix: '203.0.113', network: '203.0.113.0/24', guest: '203.0.113.15', mac: '52:54:00:69:6e:67' } as const;

/** QEMU's name for that network; a scan taps it. */
export const NETWORK_ID = 'user';

const LONGEST_SOCKET_PATH = 107;

/** The command line of every VM that Ingot runs, whether to verify an image or to launch one. */
export function qemuArgv(request: VmRequest): Argv {
  const { accelerator, cpus, memoryMiB, serialPath, secondSerialPath, qmpPath, pidfile } = request;
  const tooLong = [qmpPath, secondSerialPath ?? ''].find((path) => Buffer.byteLength(path) > LONGEST_SOCKET_PATH);
  if (tooLong !== undefined) throw socketPathTooLong(tooLong);
  return [
    'qemu-system-x86_64',
    ...['-no-user-config', '-nodefaults'],
    ...['-machine', `q35,accel=${accelerator}`],
    ...['-cpu', cpuModel(accelerator)],
    ...['-smp', String(cpus)],
    ...['-m', String(memoryMiB)],
    ...['-display', 'none'],
    ...['-chardev', `file,id=serial,path=${quoted(serialPath)}${request.serialAppends === true ? ',append=on' : ''}`, '-serial', 'chardev:serial'],
    ...(secondSerialPath === undefined
      ? []
      : ['-chardev', `socket,id=second,path=${quoted(secondSerialPath)},server=on,wait=off`, '-serial', 'chardev:second']),
    ...['-qmp', `unix:${quoted(qmpPath)},server=on,wait=off`],
    ...['-object', 'rng-random,filename=/dev/urandom,id=rng', '-device', 'virtio-rng-pci,rng=rng'],
    ...firmwareOptions(request),
    ...diskOptions(request),
    ...networkOptions(request.network),
    ...(pidfile === undefined ? [] : ['-pidfile', pidfile]),
  ];
}

function firmwareOptions({ firmware, ovmf }: VmRequest): readonly string[] {
  if (firmware === 'bios') return [];
  if (ovmf === undefined)
    throw new BakeError('BUG', { what: 'A UEFI guest was asked for without its firmware', fix: 'Give ovmf together with firmware: uefi' });
  return [
    ...['-drive', `if=pflash,unit=0,format=raw,readonly=on,file=${quoted(ovmf.codePath)}`],
    ...['-drive', `if=pflash,unit=1,format=raw,file=${quoted(ovmf.varsPath)}`],
  ];
}

/** The seed is an ISO file system on a virtio disk: any guest that finds its root disk can read it. */
function diskOptions({ diskPath, diskFormat = 'qcow2', throwAway = false, seedPath }: VmRequest): readonly string[] {
  const cache = throwAway ? 'unsafe' : 'writeback';
  return [
    ...['-drive', `file=${quoted(diskPath)},if=none,id=disk,format=${diskFormat},cache=${cache},discard=unmap`],
    ...['-device', 'virtio-blk-pci,drive=disk,bootindex=0'],
    ...(seedPath === undefined ? [] : ['-drive', `file=${quoted(seedPath)},if=none,id=seed,format=raw,readonly=on`, '-device', 'virtio-blk-pci,drive=seed']),
  ];
}

function networkOptions({ forwards, isolated = false, privateCard }: GuestNetwork): readonly string[] {
  const user = [
    `user,id=${NETWORK_ID},net=${GUEST_NETWORK.network},dhcpstart=${GUEST_NETWORK.guest},restrict=${isolated ? 'on' : 'off'}`,
    ...forwards.map(({ hostPort, guestPort }) => `hostfwd=tcp:127.0.0.1:${hostPort}-:${guestPort}`),
  ].join(',');
  return ['-netdev', user, '-device', `virtio-net-pci,netdev=${NETWORK_ID},mac=${GUEST_NETWORK.mac}`, ...privateOptions(privateCard)];
}

/**
 * Multicast on the loopback interface: the one kind of QEMU's netdevs that joins any number of VMs without root and without a process in their middle.
 * `stream` and a `dgram` without multicast join two ends: a third VM needs a hub inside one of the others, which takes the network with it when it ends. On a host with other
 * users it is apart from the world, not secret: whoever may open a socket there may listen.
 */
function privateOptions(card: GuestNetwork['privateCard']): readonly string[] {
  if (card === undefined) return [];
  const { group, port, mac } = card;
  return ['-netdev', `socket,id=private,mcast=${group}:${port},localaddr=127.0.0.1`, '-device', `virtio-net-pci,netdev=private,mac=${mac}`];
}

/** QEMU's option lists end a value at a comma; two commas stand for one. */
function quoted(path: string): string {
  return path.replaceAll(',', ',,');
}

function socketPathTooLong(path: string): BakeError {
  return new BakeError('BUG', {
    what: `The path of the control socket is too long for a socket (${LONGEST_SOCKET_PATH} bytes): ${path}`,
    fix: 'Set TMPDIR to a folder with a short name',
  });
}
