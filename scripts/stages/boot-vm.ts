import { dirname, join } from 'node:path';
import { CLIENT_PORTS } from '../checks/outside-environment.ts';
import { BakeError } from '../errors.ts';
import type { Argv, Child, Host } from '../host/host.ts';
import type { Accelerator } from '../model/build-plan.ts';
import type { Family, Firmware } from '../model/distro.ts';
import type { SourceTexts } from '../model/image-spec.ts';
import { digestOfText } from '../plan/digest.ts';
import { renderSeed } from '../render/seed.ts';
import { privateOvmf } from '../tools/ovmf.ts';
import { createOverlayArgv } from '../tools/qemu-img.ts';
import { qemuArgv, type VmRequest } from '../tools/qemu-system.ts';
import { connectQmp, forwardedPorts, type Qmp } from '../tools/qmp.ts';
import { writeSeedIso } from '../tools/seed-iso.ts';
import { makeSshKey, type SshTarget } from '../tools/ssh.ts';
import type { InspectedDisk } from './inspect-disk.ts';
import type { Context, Stage } from './stage.ts';

export interface BootInput {
  readonly disk: InspectedDisk;
  /** Everything of this VM is in here; whoever made it removes it. */
  readonly guestDir: string;
  readonly accelerator: Accelerator;
  readonly cpus: number;
  readonly memoryMiB: number;
  readonly firmware: Firmware;
  readonly loginUser: string;
  readonly family: Family;
  readonly templates: SourceTexts;
  readonly slowness: number;
  /** True: the guest has a second serial line, by the socket SECOND_SERIAL in its folder. */
  readonly secondSerial?: boolean;
}

/** A VM that runs on a throw-away overlay of a disk. */
export interface RunningGuest {
  readonly vm: VmRequest;
  readonly child: Child;
  readonly qmp: Qmp;
  /** Host port by guest port. */
  readonly hostPorts: ReadonlyMap<number, number>;
  readonly ssh: SshTarget;
  readonly startedMs: number;
}

/** Room to see whether the image grows into a larger disk, as it must on every cloud. */
const GROWTH_BYTES = 2 * 2 ** 30;
/** QEMU opens its control socket before anything else: within a second where nothing is wrong. */
const CONTROL_MS = 60_000;
const QMP_SOCKET = 'qmp.sock';

/** Name of the socket of the second serial line, in the working folder of the VM. */
export const SECOND_SERIAL = 'second.sock';

/** Boots an overlay with a key and an identity that no VM had before. The VM lives as long as the scope. */
export const bootVm: Stage<BootInput, RunningGuest> = {
  name: 'boot-vm',
  title: 'Start a VM on an overlay of the disk',
  run: async (input, context) => {
    const { guestDir, loginUser, slowness } = input;
    const keyPath = join(guestDir, 'key');
    const vm = await prepare(context.host, input, keyPath);
    const started = await powerOn({ vm, guestDir, slowness }, context);
    const port = started.hostPorts.get(CLIENT_PORTS.ssh) ?? 0;
    return { ...started, ssh: { port, user: loginUser, keyPath, connectTimeoutSeconds: 20 * slowness } };
  },
};

/** Starts the VM once more, on the disk and with the identity that it had: for those who saw it go down. It lives as long as the scope. */
export async function bootAgain(guest: RunningGuest, slowness: number, context: Context): Promise<RunningGuest> {
  const vm = { ...guest.vm, serialAppends: true };
  const started = await powerOn({ vm, guestDir: dirname(vm.serialPath), slowness }, context);
  return { ...started, ssh: { ...guest.ssh, port: started.hostPorts.get(CLIENT_PORTS.ssh) ?? 0 } };
}

interface PowerOn {
  readonly vm: VmRequest;
  readonly guestDir: string;
  readonly slowness: number;
}

async function powerOn({ vm, guestDir, slowness }: PowerOn, { host, scope }: Context): Promise<Omit<RunningGuest, 'ssh'>> {
  const startedMs = host.clock.monotonicMs();
  const child = host.start(qemuArgv(vm), { cwd: guestDir });
  scope.always('end the VM', async () => {
    child.kill('SIGKILL');
    await child.ended;
  });
  const qmp = await controlOf(host, child, qemuArgv(vm), slowness);
  scope.always('leave the control socket', () => qmp.close());
  return { vm, child, qmp, startedMs, hostPorts: await forwardedPorts(qmp) };
}

async function prepare(host: Host, input: BootInput, keyPath: string): Promise<VmRequest> {
  const { disk, guestDir, accelerator, cpus, memoryMiB, firmware } = input;
  const overlayPath = join(guestDir, 'overlay.qcow2');
  await host.run(createOverlayArgv({ path: overlayPath, backing: disk.path, backingFormat: disk.format, sizeBytes: disk.virtualSizeBytes + GROWTH_BYTES }));
  const publicKey = await makeSshKey(host, keyPath);
  return {
    ...{ accelerator, cpus, memoryMiB, firmware },
    ...(firmware === 'uefi' ? { ovmf: await privateOvmf(host, guestDir) } : {}),
    diskPath: overlayPath,
    throwAway: true,
    seedPath: await writeSeedIso(host, { dir: guestDir, files: seedOf(input, publicKey) }),
    serialPath: join(guestDir, 'serial.log'),
    ...(input.secondSerial === true ? { secondSerialPath: SECOND_SERIAL } : {}),
    qmpPath: QMP_SOCKET,
    network: { forwards: Object.values(CLIENT_PORTS).map((guestPort) => ({ hostPort: 0, guestPort })), isolated: true },
  };
}

/** The instance id comes from the new key: no two verifications share one. */
function seedOf({ loginUser, family, templates }: BootInput, publicKey: string): ReturnType<typeof renderSeed> {
  const instanceId = `ingot-${digestOfText(publicKey).slice(0, 16)}`;
  return renderSeed({ instanceId, hostname: 'ingot-verify', user: loginUser, family, sshPublicKeys: [publicKey], templates });
}

/** The socket is reached through QEMU's own working folder: a short path, however deep that folder is. */
async function controlOf(host: Host, child: Child, argv: Argv, slowness: number): Promise<Qmp> {
  const untilMs = host.clock.monotonicMs() + CONTROL_MS * slowness;
  let end: Awaited<Child['ended']> | undefined;
  void child.ended.then((how) => (end = how));
  for (;;) {
    try {
      return await connectQmp(`/proc/${child.pid}/cwd/${QMP_SOCKET}`, untilMs - host.clock.monotonicMs());
    } catch (cause) {
      if (end !== undefined) throw didNotStart(argv, { what: 'QEMU ended before its guest began', stderr: end.stderr, cause });
      if (host.clock.monotonicMs() >= untilMs) throw didNotStart(argv, { what: 'QEMU runs and does not answer on its control socket', stderr: '', cause });
      await host.clock.sleep(50);
    }
  }
}

function didNotStart(argv: Argv, { what, stderr, cause }: { readonly what: string; readonly stderr: string; readonly cause: unknown }): BakeError {
  return new BakeError('TOOL_FAILED', {
    what,
    fix: `Read the lines below; the command was: ${argv.join(' ')}`,
    details: stderr.trim().split('\n').slice(-10),
    cause,
  });
}
