import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Child, Host } from '../host/host.ts';
import type { Profile } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { PrivateCard } from '../plan/private-network.ts';
import { killDetached } from '../store/end-process.ts';
import { identify } from '../store/process-identity.ts';
import { QMP_SOCKET, qmpPathOf, writeVmRecord, type VmRecord } from '../store/vm-folders.ts';
import { privateOvmf } from '../tools/ovmf.ts';
import { qemuArgv, type Forward, type VmRequest } from '../tools/qemu-system.ts';
import { connectQmp, forwardedPorts } from '../tools/qmp.ts';
import type { Stage } from './stage.ts';

const POLL_MS = 50;
const ANSWER_MS = 30_000;
const LAST_LINES = 10;

export interface VmToStart {
  readonly dir: string;
  readonly record: VmRecord;
  readonly release: Release;
  readonly profile: Profile;
  readonly overlayPath: string;
  readonly seedPath: string;
  readonly forwards: readonly { readonly host: number; readonly guest: number }[];
  readonly privateCard: PrivateCard | undefined;
}

export interface StartedVm {
  readonly record: VmRecord;
  readonly child: Child;
  readonly serialPath: string;
}

/** Starts a VM that outlives us, and writes down which process it is and which ports lead to it; when it fails, nothing of it stays. */
export const startVm: Stage<VmToStart, StartedVm> = {
  name: 'start-vm',
  title: 'Start the VM',
  run: async (vm, { host, scope }) => {
    const { dir } = vm;
    await writeVmRecord(host, dir, vm.record);
    const [serialPath, logPath] = [join(dir, 'serial.log'), join(dir, 'qemu.log')];
    const child = host.start(qemuArgv(await requestFor(host, vm, serialPath)), { cwd: dir, logPath, detached: true });
    scope.onFailure('qemu', () => killDetached(host, child));
    const ports = await whileItRuns(host, { child, logPath, forwards: vm.forwards }, (isOver) => askPorts(host, child.pid, isOver));
    const forwards = vm.forwards.map(({ host: port, guest }) => ({ host: port === 0 ? (ports.get(guest) ?? 0) : port, guest }));
    const record: VmRecord = { ...vm.record, process: (await identify(host, child.pid)) ?? null, forwards };
    await writeVmRecord(host, dir, record);
    return { record, child, serialPath };
  },
};

async function requestFor(host: Host, vm: VmToStart, serialPath: string): Promise<VmRequest> {
  const { dir, record, profile, release, overlayPath, seedPath, forwards, privateCard } = vm;
  const firmware = release.firmware.includes('bios') ? 'bios' : 'uefi';
  return {
    accelerator: record.accelerator,
    cpus: profile.cpus,
    memoryMiB: profile.memoryMiB,
    diskPath: overlayPath,
    seedPath,
    firmware,
    ...(firmware === 'uefi' ? { ovmf: await privateOvmf(host, dir) } : {}),
    serialPath,
    qmpPath: QMP_SOCKET,
    network: {
      forwards: forwards.map((forward): Forward => ({ hostPort: forward.host, guestPort: forward.guest })),
      ...(privateCard === undefined ? {} : { privateCard }),
    },
  };
}

export interface Watched {
  readonly child: Child;
  readonly logPath: string;
  readonly forwards: readonly { readonly host: number; readonly guest: number }[];
}

/** Does something with a VM for as long as it runs: its death ends the wait at once, with its last words. The work asks now and then whether it is over. */
export async function whileItRuns<T>(host: Host, watched: Watched, work: (isOver: () => boolean) => Promise<T>): Promise<T> {
  let over = false;
  const death = watched.child.ended.then(async (end) => {
    over = true;
    throw await qemuEnded(host, watched, end);
  });
  try {
    const result = await Promise.race([work(() => over), death]);
    return over ? await death : result;
  } catch (error) {
    if (error instanceof BakeError && error.code === 'INTERRUPTED') throw error;
    // A socket that closes is noticed before the process that closed it has ended.
    await Promise.race([death, host.clock.sleep(1000)]);
    throw error;
  }
}

async function askPorts(host: Host, pid: number, isOver: () => boolean): Promise<ReadonlyMap<number, number>> {
  const deadlineMs = host.clock.monotonicMs() + ANSWER_MS;
  for (;;) {
    try {
      const qmp = await connectQmp(qmpPathOf({ pid }), deadlineMs - host.clock.monotonicMs());
      try {
        return await forwardedPorts(qmp);
      } finally {
        qmp.close();
      }
    } catch (error) {
      if (isOver() || host.clock.monotonicMs() > deadlineMs)
        throw new BakeError('TOOL_FAILED', { what: 'QEMU runs and does not answer', fix: 'Try again when the host is less busy', cause: error });
    }
    await host.clock.sleep(POLL_MS);
  }
}

async function qemuEnded(host: Host, { logPath, forwards }: Watched, end: Awaited<Child['ended']>): Promise<BakeError> {
  const log = (await host.files.exists(logPath)) ? await host.files.readText(logPath) : '';
  const details = `${log}\n${end.stderr}`
    .split('\n')
    .filter((line) => line.trim() !== '')
    .slice(-LAST_LINES);
  const taken = /host forwarding rule '?tcp:[^:]*:(\d+)-/.exec(details.join('\n'))?.[1];
  if (taken !== undefined && forwards.some(({ host: port }) => String(port) === taken)) {
    return new BakeError('BUSY', {
      what: `Port ${taken} of this host is taken, or not yours to use`,
      fix: `Give --forward another host port than ${taken}, or 0 to let one be chosen`,
      details,
    });
  }
  if (/ENOENT/.test(end.stderr))
    return new BakeError('HOST_NOT_READY', { what: 'QEMU is not on this host', fix: 'Run `npm run setup`; `npm run doctor` shows what is missing', details });
  const how = end.signal === undefined ? `with status ${end.exitCode ?? 'unknown'}` : `by ${end.signal}`;
  return new BakeError('GUEST_FAILED', { what: `The VM's QEMU ended ${how}`, fix: 'Read its last words below', details });
}
