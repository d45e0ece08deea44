import { BakeError } from '../errors.ts';
import { launch } from '../pipelines/launch.ts';
import { bothOrNone } from '../plan/private-network.ts';
import { vmCard } from '../reports/vm-list.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { defineCommand, given, type Outcome } from './command.ts';
import { LAUNCH_OPTIONS, namedReference, refuseBeside, sharedWishes, type LaunchCall } from './launch-options.ts';
import { printLaunch } from './launch-print.ts';
import { launchTogether } from './launch-together.ts';

/** From a published release to a VM that keeps running: here, or on somebody else's machines. */
export const launchCommand = defineCommand({
  positionals: [{ name: 'REF', required: false, help: 'the release: a distro, image@channel, image@version or image@sha256:…' }],
  options: LAUNCH_OPTIONS,
  examples: [
    'npm run launch -- debian --wait',
    'npm run launch -- debian@stable --name web --forward 8080:80 --instance web.yaml',
    'npm run launch -- debian --name db --private-network demo --address 10.77.0.11/24',
    'npm run launch -- --topology ha',
    'npm run launch -- debian --print libvirt',
    'npm run launch -- debian --print kubevirt --container-disk oci://host/repository',
  ],
  run: (call) => {
    if (call.values.print !== undefined) return printLaunch(call, call.values.print);
    refuseBeside(call, 'a launch on this host', ['out', 'container-disk']);
    return call.values.topology === undefined ? launchHere(call) : launchTogether(call, call.values.topology);
  },
});

async function launchHere(call: LaunchCall): Promise<Outcome> {
  const { values, desk, ask, pathOf } = call;
  const reference = namedReference(call);
  const forwards = values.forward.map(forwardOf);
  const instancePath = values.instance === undefined ? undefined : pathOf(values.instance);
  const privateNetwork = bothOrNone(values['private-network'], values.address);
  const shared = sharedWishes(call);
  await ensureHost(desk, { needs: ['boot'], yes: values.yes, ask });
  const own = given({ name: values.name, instancePath, privateNetwork });
  const vm = await launch(desk, { ...shared, ...own, reference, forwards, wait: values.wait, accelerator: values.accel });
  return { document: { kind: 'RunningVm', schemaVersion: 1, ...vm }, text: vmCard(vm) };
}

function forwardOf(written: string): { readonly host: number; readonly guest: number } {
  const [, host, guest] = /^(\d{1,5}):(\d{1,5})$/.exec(written) ?? [];
  if (host === undefined || guest === undefined)
    throw new BakeError('USAGE', { what: `--forward ${written} is not a pair of ports`, fix: 'Use HOST:GUEST, such as --forward 8080:80' });
  return { host: Number(host), guest: Number(guest) };
}
