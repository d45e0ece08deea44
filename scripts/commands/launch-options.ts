import { BakeError } from '../errors.ts';
import { LAUNCH_TARGETS } from '../plan/launch-targets.ts';
import { given, type Call, type OptionTable } from './command.ts';
import { ACCEL, STORE, YANKED, YES } from './shared-options.ts';

/** The options of `launch`, for one VM here, for machines that belong together, and for a machine elsewhere. */
export const LAUNCH_OPTIONS = {
  name: { kind: 'text', value: 'NAME', help: 'name of the VM (default: the image’s), or what the names of a topology begin with' },
  profile: { kind: 'text', value: 'ID', help: 'size, from config/profiles/ (default: what the image recommends)' },
  cpus: { kind: 'text', value: 'N', help: 'processors, instead of the profile’s' },
  memory: { kind: 'text', value: 'MIB', help: 'memory in MiB, instead of the profile’s' },
  instance: { kind: 'text', value: 'FILE', help: 'YAML with the settings of this one machine, such as its domain' },
  'private-network': { kind: 'text', value: 'NAME', help: 'second card, on a network of the VMs that name it too; needs --address' },
  address: { kind: 'text', value: 'CIDR', help: 'its address there, such as 10.77.0.11/24' },
  'ssh-key': { kind: 'text', value: 'FILE', help: 'public key that may log in (default: your own, else a new one)' },
  forward: { kind: 'list', value: 'HOST:GUEST', help: 'forward a port of this host; 22, 80 and 443 always are' },
  wait: { kind: 'flag', help: 'return only when one can log in' },
  topology: { kind: 'text', value: 'ID', help: 'all machines of config/topologies/ID.yaml; REF may name a distro and a channel' },
  print: { kind: 'text', value: 'TARGET', help: `only say how it is launched elsewhere: ${LAUNCH_TARGETS.map(({ id }) => id).join(', ')}` },
  'container-disk': {
    kind: 'text',
    value: 'ADDRESS',
    help: 'with --print kubevirt: start from the containerDisk in oci://host/repository; it forgets at every start',
  },
  out: { kind: 'text', value: 'DIR', help: 'with --print: write the files there' },
  yanked: YANKED,
  accel: ACCEL,
  yes: YES,
  store: STORE,
} as const satisfies OptionTable;

export type LaunchCall = Call<typeof LAUNCH_OPTIONS>;

/** What every way of launching is told in the same words. */
export function sharedWishes({ values, places, pathOf }: LaunchCall): SharedWishes {
  const sshKeyPath = values['ssh-key'] === undefined ? undefined : pathOf(values['ssh-key']);
  const size = { cpus: wholeNumber('--cpus', values.cpus), memoryMiB: wholeNumber('--memory', values.memory) };
  return { ...given({ profile: values.profile, ...size, sshKeyPath }), ...(values.yanked ? { yanked: true } : {}), storeLocation: places.storeLocation };
}

export interface SharedWishes {
  readonly storeLocation: string;
  readonly yanked?: boolean;
  readonly profile?: string;
  readonly cpus?: number;
  readonly memoryMiB?: number;
  readonly sshKeyPath?: string;
}

/** Options that mean nothing together are refused: none is passed over in silence. */
export function refuseBeside({ values }: LaunchCall, option: string, others: readonly (keyof typeof LAUNCH_OPTIONS)[]): void {
  const both = others.filter((name) => values[name] !== undefined && values[name] !== false && !(Array.isArray(values[name]) && values[name].length === 0));
  if (both.length === 0) return;
  throw new BakeError('USAGE', { what: `${both.map((name) => `--${name}`).join(', ')}: not together with ${option}`, fix: 'Leave one of them out' });
}

/** The release that was named, for the ways that need one. */
export function namedReference({ positionals: [reference] }: LaunchCall): string {
  if (reference !== undefined) return reference;
  throw new BakeError('USAGE', {
    what: 'REF is missing: which release?',
    fix: 'Name a distro, image@channel, image@version or image@sha256:…; or --topology ID',
  });
}

function wholeNumber(option: string, written: string | undefined): number | undefined {
  if (written === undefined || /^\d{1,9}$/.test(written)) return written === undefined ? undefined : Number(written);
  throw new BakeError('USAGE', { what: `${option} ${written} is not a whole number`, fix: `Use digits only, such as ${option} 2048` });
}
