import { BakeError } from '../errors.ts';
import { launch } from '../pipelines/launch.ts';
import { bothOrNone } from '../plan/private-network.ts';
import { vmCard } from '../reports/vm-list.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { defineCommand, given } from './command.ts';
import { ACCEL, STORE, YES } from './shared-options.ts';

/** From a published release to a VM that keeps running. */
export const launchCommand = defineCommand({
  positionals: [{ name: 'REF', required: true, help: 'the release: a distro, image@channel, image@version or image@sha256:…' }],
  options: {
    name: { kind: 'text', value: 'NAME', help: 'name of the VM (default: the image’s)' },
    profile: { kind: 'text', value: 'ID', help: 'size, from config/profiles/ (default: what the image recommends)' },
    cpus: { kind: 'text', value: 'N', help: 'processors, instead of the profile’s' },
    memory: { kind: 'text', value: 'MIB', help: 'memory in MiB, instead of the profile’s' },
    instance: { kind: 'text', value: 'FILE', help: 'YAML with the settings of this one machine, such as its domain' },
    'private-network': { kind: 'text', value: 'NAME', help: 'second card, on a network of the VMs that name it too; needs --address' },
    address: { kind: 'text', value: 'CIDR', help: 'its address there, such as 10.77.0.11/24' },
    'ssh-key': { kind: 'text', value: 'FILE', help: 'public key that may log in (default: your own, else a new one)' },
    forward: { kind: 'list', value: 'HOST:GUEST', help: 'forward a port of this host; 22, 80 and 443 always are' },
    wait: { kind: 'flag', help: 'return only when one can log in' },
    accel: ACCEL,
    yes: YES,
    store: STORE,
  },
  examples: [
    'npm run launch -- debian --wait',
    'npm run launch -- debian@stable --name web --forward 8080:80 --instance web.yaml',
    'npm run launch -- debian --name db --private-network demo --address 10.77.0.11/24',
  ],
  run: async ({ values, positionals: [reference = ''], desk, places, ask, pathOf }) => {
    const forwards = values.forward.map(forwardOf);
    const [sshKeyPath, instancePath] = [values['ssh-key'], values.instance].map((path) => (path === undefined ? undefined : pathOf(path)));
    const size = { cpus: wholeNumber('--cpus', values.cpus), memoryMiB: wholeNumber('--memory', values.memory) };
    const privateNetwork = bothOrNone(values['private-network'], values.address);
    await ensureHost(desk, { needs: ['boot'], yes: values.yes, ask });
    const vm = await launch(desk, {
      ...given({ name: values.name, profile: values.profile, ...size, sshKeyPath, instancePath, privateNetwork }),
      storeLocation: places.storeLocation,
      reference,
      forwards,
      wait: values.wait,
      accelerator: values.accel,
    });
    return { document: { kind: 'RunningVm', schemaVersion: 1, ...vm }, text: vmCard(vm) };
  },
});

function forwardOf(written: string): { readonly host: number; readonly guest: number } {
  const [, host, guest] = /^(\d{1,5}):(\d{1,5})$/.exec(written) ?? [];
  if (host === undefined || guest === undefined)
    throw new BakeError('USAGE', { what: `--forward ${written} is not a pair of ports`, fix: 'Use HOST:GUEST, such as --forward 8080:80' });
  return { host: Number(host), guest: Number(guest) };
}

function wholeNumber(option: string, written: string | undefined): number | undefined {
  if (written === undefined || /^\d{1,9}$/.test(written)) return written === undefined ? undefined : Number(written);
  throw new BakeError('USAGE', { what: `${option} ${written} is not a whole number`, fix: `Use digits only, such as ${option} 2048` });
}
