import { BakeError } from '../errors.ts';
import type { Argv } from '../host/host.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { stopMachine } from '../stages/stop-machine.ts';
import { findVm, listVmFolders } from '../store/vm-folders.ts';
import { describeVm, sshArgvOf, type RunningVm } from './describe-vm.ts';

/** Every launched VM, with whether its process still runs. */
export async function listVms({ host }: Desk): Promise<readonly RunningVm[]> {
  return (await listVmFolders(host)).map(describeVm);
}

/** The command that logs in to a VM; the caller runs it with its own terminal. Without a name, the only VM that runs is meant. */
export async function sshInto(desk: Desk, { name, command }: { readonly name?: string; readonly command: readonly string[] }): Promise<Argv> {
  const vm = await findVm(desk.host, name ?? (await onlyRunning(desk)));
  if (vm.state === 'running') return sshArgvOf(vm, command);
  throw new BakeError('BUSY', {
    what: `The VM ${vm.record.name} does not run`,
    fix: vm.state === 'starting' ? 'It is being launched: wait a moment' : `Remove it with \`npm run stop -- ${vm.record.name}\`, then launch again`,
  });
}

/** Shuts one VM down, or all of them, and removes what belongs to it; resolves with their names. */
export async function stopVm(desk: Desk, wish: { readonly name: string } | { readonly all: true }): Promise<readonly string[]> {
  const vms = 'all' in wish ? await listVmFolders(desk.host) : [await findVm(desk.host, wish.name)];
  for (const vm of vms) await runStage(desk, stopMachine, vm);
  return vms.map(({ record }) => record.name);
}

async function onlyRunning({ host }: Desk): Promise<string> {
  const running = (await listVmFolders(host)).filter(({ state }) => state === 'running').map(({ record }) => record.name);
  const [name] = running;
  if (name !== undefined && running.length === 1) return name;
  throw new BakeError('USAGE', running.length === 0 ? { what: 'No VM runs', fix: '`npm run launch` makes one' } : { what: `${running.length} VMs run`, fix: `Name one of ${running.join(', ')}` });
}
