import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { VM_NAME_PATTERN } from '../model/release-name.ts';
import { endProcess } from './end-process.ts';
import { findProcessesNaming } from './find-processes.ts';
import type { PrivateAddress } from '../plan/private-network.ts';
import { withLock } from './lock.ts';
import { isAlive, ownIdentity, readOrUndefined, toIdentity, type ProcessIdentity } from './process-identity.ts';

/** Below a VM's folder, which is its QEMU's working folder. */
export const QMP_SOCKET = 'qmp.sock';
const GRACE_MS = 5000;
const LOCK_WAIT_MS = 60_000;

/** What a launched VM's folder says of it: enough for every later command to find, enter and end it. */
export interface VmRecord {
  readonly kind: 'Vm';
  readonly schemaVersion: 1;
  readonly name: string;
  /** Spelled in full, with the version. */
  readonly reference: string;
  readonly imageId: string;
  readonly sha256: string;
  readonly loginUser: string;
  /** Who launches it: a VM without a process whose launcher is gone was never whole. */
  readonly launcher: ProcessIdentity;
  readonly process: ProcessIdentity | null;
  readonly forwards: readonly { readonly host: number; readonly guest: number }[];
  readonly privateNetwork?: PrivateAddress;
  /** Name of the machines that were launched with it by one command. */
  readonly topology?: string;
  /** What `ssh -i` takes. */
  readonly keyPath: string | null;
  readonly accelerator: 'kvm' | 'tcg';
  readonly startedAt: string;
}

/** `broken`: its launcher died before it was whole. `dead`: it ran, and does no longer. */
export type VmState = 'starting' | 'running' | 'dead' | 'broken';

export interface FoundVm {
  readonly dir: string;
  readonly record: VmRecord;
  readonly state: VmState;
}

export function vmsDir({ facts }: Host): string {
  return join(facts.projectDir, 'build', 'vms');
}

/** Every launched VM of this project, by name. */
export async function listVmFolders(host: Host): Promise<readonly FoundVm[]> {
  const names = (await host.files.list(vmsDir(host))).filter((name) => VM_NAME_PATTERN.test(name));
  const found = await Promise.all(names.map((name) => readVm(host, name)));
  return found.filter((vm) => vm !== undefined);
}

/** The VM of this name; a wrong name is answered with those that there are. */
export async function findVm(host: Host, name: string): Promise<FoundVm> {
  assertVmName(name);
  const vm = await readVm(host, name);
  if (vm !== undefined) return vm;
  const names = (await listVmFolders(host)).map(({ record }) => record.name);
  throw new BakeError('USAGE', {
    what: `There is no VM ${name}`,
    fix: names.length === 0 ? 'None is launched: `npm run launch` makes one' : `There are: ${names.join(', ')}`,
  });
}

/** A new VM's record, once its name is known; whoever describes it may refuse the neighbours. */
type Describe = (name: string, others: readonly VmRecord[]) => Omit<VmRecord, 'launcher'>;

/** Takes the first free of some names by making its folder, record included, in one step. BUSY when none is free. What killed launches left goes first. */
export async function claimVmFolder(host: Host, names: readonly string[], describe: Describe): Promise<FoundVm> {
  for (const name of names) assertVmName(name);
  const launcher = await ownIdentity(host);
  return withLock(host, join(vmsDir(host), '.lock'), { purpose: 'claim a VM name', waitMs: LOCK_WAIT_MS }, async () => {
    const vms = await listVmFolders(host);
    for (const vm of vms) if (vm.state === 'broken') await removeVm(host, vm);
    const others = vms.filter(({ state }) => state === 'running' || state === 'starting').map(({ record }) => record);
    for (const name of names) {
      if ((await readVm(host, name)) !== undefined) continue;
      const dir = join(vmsDir(host), name);
      const record: VmRecord = { ...describe(name, others), launcher };
      await makeWhole(host, dir, record);
      return { dir, record, state: 'starting' };
    }
    throw await nameTaken(host, names[0] ?? '');
  });
}

/** QEMU's control socket, reached through its own working folder: a short path, as sockets need, however deep the VM's folder is. */
export function qmpPathOf({ pid }: { readonly pid: number }): string {
  return `/proc/${pid}/cwd/${QMP_SOCKET}`;
}

export async function writeVmRecord(host: Host, dir: string, record: VmRecord): Promise<void> {
  await host.files.writeText(join(dir, 'vm.json'), `${JSON.stringify(record, undefined, 2)}\n`, 0o600);
}

/** Ends whatever still runs of a VM, the hard way, and removes its folder. */
export async function removeVm(host: Host, { dir, record }: Pick<FoundVm, 'dir' | 'record'>): Promise<void> {
  await endAll(host, dir, record.process);
  await host.files.remove(dir);
}

async function endAll(host: Host, dir: string, recorded: ProcessIdentity | null): Promise<void> {
  const named = await findProcessesNaming(host, dir);
  const isNamed = (identity: ProcessIdentity): boolean => named.some(({ pid, startTime }) => pid === identity.pid && startTime === identity.startTime);
  const all = recorded === null || isNamed(recorded) ? named : [recorded, ...named];
  const ended = await Promise.all(all.map((identity) => endProcess(host, identity, GRACE_MS)));
  if (!ended.includes(false)) return;
  throw new BakeError('TOOL_FAILED', {
    what: `A process of the VM in ${dir} does not end`,
    fix: 'End it by hand, then run the same command again',
    details: [`pids: ${all.map(({ pid }) => pid).join(', ')}`],
  });
}

/** Whatever lies under a name without a record belongs to no VM that anyone could still use. */
async function makeWhole(host: Host, dir: string, record: VmRecord): Promise<void> {
  for (const name of await host.files.list(vmsDir(host))) if (name.startsWith('.new-')) await host.files.remove(join(vmsDir(host), name));
  if (await host.files.exists(dir)) await endAll(host, dir, null);
  await host.files.remove(dir);
  const hiddenDir = await host.files.makeTempDir(vmsDir(host), '.new-');
  await writeVmRecord(host, hiddenDir, record);
  await host.files.rename(hiddenDir, dir);
}

async function readVm(host: Host, name: string): Promise<FoundVm | undefined> {
  const dir = join(vmsDir(host), name);
  const record = toRecord(await readOrUndefined(host, join(dir, 'vm.json')));
  if (record === undefined || record.name !== name) return undefined;
  return { dir, record, state: await stateOf(host, record) };
}

async function stateOf(host: Host, { process, launcher }: VmRecord): Promise<VmState> {
  if (process !== null) return (await isAlive(host, process)) ? 'running' : 'dead';
  return (await isAlive(host, launcher)) ? 'starting' : 'broken';
}

function toRecord(text: string | undefined): VmRecord | undefined {
  try {
    const record = JSON.parse(text ?? 'null') as VmRecord | null;
    return record?.kind === 'Vm' && toIdentity(record.launcher) !== undefined ? record : undefined;
  } catch {
    return undefined;
  }
}

function assertVmName(name: string): void {
  if (VM_NAME_PATTERN.test(name)) return;
  throw new BakeError('USAGE', {
    what: `${JSON.stringify(name.slice(0, 80))} is not a name that a VM can have`,
    fix: 'Use up to 63 small letters, digits, dots and dashes, such as web-1',
  });
}

async function nameTaken(host: Host, name: string): Promise<BakeError> {
  const state = (await readVm(host, name))?.state;
  if (state === 'dead')
    return new BakeError('BUSY', {
      what: `The VM ${name} was launched before and no longer runs, but its disk is still there`,
      fix: `Remove it with \`npm run stop -- ${name}\`, or choose another --name`,
    });
  return new BakeError('BUSY', { what: `There is a VM ${name} already`, fix: `Choose another --name, or end it with \`npm run stop -- ${name}\`` });
}
