import { chmodSync, mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stringify } from 'yaml';
import { BakeError } from '../../scripts/errors.ts';
import type { Files, HostMachine } from '../../scripts/host/host.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

/** A file of a temporary project: text, bytes, something that becomes YAML, a script (executable), a link, or nothing at all. */
export type ProjectFile = string | Uint8Array | { readonly yaml: unknown } | { readonly script: string } | { readonly linkTo: string } | undefined;

export const DISTRO = {
  id: 'tin-1',
  title: 'Tin 1',
  family: 'debian',
  version: '1',
  codename: 'tinny',
  arch: 'x86_64',
  aliases: ['tin'],
  loginUser: 'tin',
  confidence: 'verified',
  state: 'ready',
  firmware: ['bios'],
  defaultBase: 'bootstrap',
  bootstrap: { suite: 'tinny', packages: ['linux'], keyring: '/usr/share/keyrings/tin.gpg' },
  repositories: [{ id: 'tinny', mirror: 'tin', suite: 'tinny', components: ['main'], signedBy: '/usr/share/keyrings/tin.gpg', base: true }],
  facts: { webUser: 'www' },
  lifeCycle: { released: '2020-01-01', endOfLife: '2030-01-01' },
  python: '3.11',
};

export const IMAGE = {
  id: 'box',
  title: 'Box',
  disk: { virtualSizeMiB: 4096 },
  distros: ['tin-1'],
  defaultRole: 'small',
  roles: { small: { title: 'Small', profile: 'mini', components: ['web'] }, full: { title: 'Full', profile: 'mini', components: ['web', 'app'] } },
};

export const WEB = {
  summary: 'Serves pages',
  packages: { debian: ['nginx'] },
  parameters: {
    workerCount: { type: 'integer', default: 2, minimum: 1, maximum: 64, description: 'number of workers' },
    greeting: { type: 'string', default: 'hello', description: 'what it says' },
  },
  files: { '/etc/web/secret.conf': { mode: '0600', group: 'www-data' } },
  checks: [
    {
      name: 'answers',
      title: 'it answers',
      hint: 'is it up?',
      guest: { run: 'curl -s localhost', expect: { matches: '^hel+o' } },
      saboteur: { where: 'guest', run: 'systemctl stop web' },
    },
  ],
};

/** The smallest project in which everything is used once. */
export const PROJECT: Readonly<Record<string, ProjectFile>> = {
  'config/distros/tin-1.yaml': { yaml: DISTRO },
  'config/images/box.yaml': { yaml: IMAGE },
  'config/profiles/mini.yaml': { yaml: { id: 'mini', title: 'Mini', cpus: 1, memoryMiB: 512, diskGiB: 4 } },
  'config/mirrors.yaml': {
    yaml: { mirrors: { tin: { url: 'https://tin.example/tin', description: 'packages', environment: 'INGOT_MIRROR_TIN', auto: 'apt-host-of-suite' } } },
  },
  'packer/run-layer.sh': 'echo run\n',
  'packer/seal.sh': 'echo seal\n',
  'packer/lib/log.sh': 'log() { :; }\n',
  'packer/components/web/component.yaml': { yaml: WEB },
  'packer/components/web/configure.sh': { script: 'echo configure\n' },
  'packer/components/web/files/etc/web/web.conf.hbs': 'workers {{word params.workerCount}}\n',
  'packer/components/web/files/etc/web/secret.conf': 'secret\n',
  'packer/components/web/files/usr/bin/web': { script: 'echo web\n' },
  'packer/components/app/component.yaml': {
    yaml: { summary: 'The app', after: ['web'], packages: { debian: [] }, locks: [{ kind: 'pip', name: 'backend', lock: 'requirements.lock' }] },
  },
  'packer/components/app/app.sh': 'echo app\n',
  'packer/components/app/requirements.lock': 'django==5\n',
};

/** A host whose project is made of these files; `etc/apt/…` is what the host's own apt is set to. */
export function project(changes: Readonly<Record<string, ProjectFile>> = {}, facts: Partial<HostMachine> = {}): FakeHost {
  const host = fakeHost([], facts);
  onTestFinished(() => rmSync(host.dir, { recursive: true, force: true }));
  for (const [path, file] of Object.entries({ ...PROJECT, ...changes })) write(join(host.dir, path), file);
  return { ...host, files: withOwnApt(host.files, host.dir) };
}

/** The lines of the one error that a load ends with. */
export async function problemsOf(load: Promise<unknown>): Promise<readonly string[]> {
  const error = await load.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (error instanceof BakeError && error.code === 'CONFIG_INVALID') return error.details;
  throw new Error('expected CONFIG_INVALID', { cause: error });
}

function write(path: string, file: ProjectFile): void {
  if (file === undefined) return;
  mkdirSync(dirname(path), { recursive: true });
  if (typeof file === 'string' || file instanceof Uint8Array) return writeFileSync(path, file);
  if ('linkTo' in file) return symlinkSync(file.linkTo, path);
  if ('yaml' in file) return writeFileSync(path, stringify(file.yaml));
  writeFileSync(path, file.script);
  chmodSync(path, 0o755);
}

function withOwnApt(files: Files, dir: string): Files {
  const own = (path: string): string => (path.startsWith('/etc/apt') ? join(dir, path) : path);
  return { ...files, list: (path) => files.list(own(path)), readText: (path) => files.readText(own(path)) };
}
