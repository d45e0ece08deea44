import { BakeError } from '../errors.ts';
import { launch } from '../pipelines/launch.ts';
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
    'ssh-key': { kind: 'text', value: 'FILE', help: 'public key that may log in (default: your own, else a new one)' },
    forward: { kind: 'list', value: 'HOST:GUEST', help: 'forward a port of this host; 22, 80 and 443 always are' },
    wait: { kind: 'flag', help: 'return only when one can log in' },
    accel: ACCEL,
    yes: YES,
    store: STORE,
  },
  examples: ['npm run launch -- debian --wait', 'npm run launch -- debian@stable --name web --forward 8080:80'],
  run: async ({ values, positionals: [reference = ''], desk, places, ask, pathOf }) => {
    const forwards = values.forward.map(forwardOf);
    const sshKeyPath = values['ssh-key'] === undefined ? undefined : pathOf(values['ssh-key']);
    await ensureHost(desk, { needs: ['boot'], yes: values.yes, ask });
    const vm = await launch(desk, {
      ...given({ name: values.name, profile: values.profile, sshKeyPath }),
      storeDir: places.storeDir,
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
