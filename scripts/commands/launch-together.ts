import { launchTopology } from '../pipelines/launch-topology.ts';
import { vmList } from '../reports/vm-list.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { given, type Outcome } from './command.ts';
import { refuseBeside, sharedWishes, type LaunchCall } from './launch-options.ts';

/** All machines of a topology, by one command. */
export async function launchTogether(call: LaunchCall, topology: string): Promise<Outcome> {
  const { values, desk, ask, positionals } = call;
  refuseBeside(call, '--topology', ['instance', 'private-network', 'address', 'forward']);
  const shared = sharedWishes(call);
  await ensureHost(desk, { needs: ['boot'], yes: values.yes, ask });
  const own = given({ prefix: values.name, reference: positionals[0] });
  const { name, vms } = await launchTopology(desk, { ...shared, ...own, topology, wait: values.wait, accelerator: values.accel });
  return {
    document: { kind: 'RunningTopology', schemaVersion: 1, name, vms },
    text: `${vmList(vms)}\nLog in: npm run ssh -- ${vms[0]?.name ?? ''}\nEnd all of them: npm run stop -- ${name}\n`,
  };
}
