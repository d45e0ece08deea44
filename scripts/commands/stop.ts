import { BakeError } from '../errors.ts';
import { stopVm } from '../pipelines/manage-vms.ts';
import { defineCommand } from './command.ts';

/** Ends a VM and gives back everything that it holds. */
export const stop = defineCommand({
  positionals: [{ name: 'NAME', required: false, help: 'the VM, or the topology whose VMs are meant (default: the only VM)' }],
  options: { all: { kind: 'flag', help: 'every launched VM' } },
  examples: ['npm run stop -- my-vm', 'npm run stop -- ha', 'npm run stop -- --all'],
  run: async ({ values: { all }, positionals: [name], desk }) => {
    if (all && name !== undefined) throw new BakeError('USAGE', { what: 'Both a name and --all were given', fix: 'Give one of them' });
    const names = await stopVm(desk, name === undefined ? (all ? { all } : {}) : { name });
    return {
      document: { kind: 'StoppedVms', schemaVersion: 1, names },
      text: names.length === 0 ? 'No VM was there to stop.\n' : names.map((stopped) => `${stopped} is stopped and removed\n`).join(''),
    };
  },
});
