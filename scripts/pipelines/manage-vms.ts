import { BakeError } from '../errors.ts';
import type { Argv } from '../host/host.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { stopMachine } from '../stages/stop-machine.ts';
import { findVm, listVmFolders, type FoundVm } from '../store/vm-folders.ts';
import { describeVm, sshArgvOf, type RunningVm } from './describe-vm.ts';

/** Every launched VM, with whether its process still runs. */
export async function listVms({ host }: Desk): Promise<readonly RunningVm[]> {
  return (await listVmFolders(host)).map(describeVm);
}

/** The command that logs in to a VM; the caller runs it with its own terminal. Without a name, the only VM that runs is meant. */
export async function sshInto(desk: Desk, { name, command }: { readonly name?: string; readonly command: readonly string[] }): Promise<Argv> {
  const vm =
    name === undefined
      ? onlyOne(
          (await listVmFolders(desk.host)).filter(({ state }) => state === 'running'),
          'runs',
        )
      : await findVm(desk.host, name);
  if (vm.state === 'running') return sshArgvOf(vm, command);
  throw new BakeError('BUSY', {
    what: `The VM ${vm.record.name} does not run`,
    fix: vm.state === 'starting' ? 'It is being launched: wait a moment' : `Remove it with \`npm run stop -- ${vm.record.name}\`, then launch again`,
  });
}

/** Shuts VMs down and removes what belongs to them: one by its name, those of a topology by its, all, or the only one there is; resolves with their names. */
export async function stopVm(desk: Desk, wish: { readonly name?: string; readonly all?: boolean }): Promise<readonly string[]> {
  const every = await listVmFolders(desk.host);
  const vms = wish.all === true ? every : wish.name === undefined ? [onlyOne(every, 'is there to stop')] : await named(desk, every, wish.name);
  for (const vm of vms) await runStage(desk, stopMachine, vm);
  return vms.map(({ record }) => record.name);
}

/** Machines that need others were started after them: they are stopped first. */
async function named({ host }: Desk, every: readonly FoundVm[], name: string): Promise<readonly FoundVm[]> {
  const members = every.filter(({ record }) => record.topology === name);
  if (members.length === 0 || every.some(({ record }) => record.name === name)) return [await findVm(host, name)];
  return members.toSorted((a, b) => (a.record.startedAt > b.record.startedAt ? -1 : 1));
}

function onlyOne(vms: readonly FoundVm[], purpose: string): FoundVm {
  const [vm] = vms;
  if (vm !== undefined && vms.length === 1) return vm;
  throw new BakeError(
    'USAGE',
    vm === undefined
      ? { what: `No VM ${purpose}`, fix: '`npm run launch` makes one, `npm run vms` lists them' }
      : { what: `There are ${vms.length} VMs`, fix: `Name one of ${vms.map(({ record }) => record.name).join(', ')}` },
  );
}
