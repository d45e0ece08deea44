import { listVms } from '../pipelines/manage-vms.ts';
import { vmList } from '../reports/vm-list.ts';
import { defineCommand } from './command.ts';

/** Shows what was launched and whether it still runs. */
export const vms = defineCommand({
  options: {},
  run: async ({ desk }) => {
    const list = await listVms(desk);
    return { document: { kind: 'VmList', schemaVersion: 1, vms: list }, text: vmList(list) };
  },
});
