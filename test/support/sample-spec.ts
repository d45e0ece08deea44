import type { HostFacts } from '../../scripts/model/build-plan.ts';
import type { Distro, LockedImage } from '../../scripts/model/distro.ts';
import type { Component, ImageSpec, Parameter, ShippedFile, SourceFile } from '../../scripts/model/image-spec.ts';

/** A small image with one of everything; tests change the field that they are about. */
export function sampleSpec(changes: Partial<ImageSpec> = {}): ImageSpec {
  return {
    kind: 'ImageSpec',
    schemaVersion: 1,
    parent: null,
    imageId: 'shop-web-testian-1',
    image: 'shop',
    role: 'web',
    title: 'Shop',
    distro: sampleDistro(),
    lockedImage: sampleLock(),
    components: [sampleComponent('base', { packages: ['less', 'curl'] }), webComponent()],
    mirrors: [
      { id: 'testian', url: 'http://public.example/testian', bakeUrl: 'http://proxy.example/testian' },
      { id: 'vendor', url: 'http://vendor.example/debs', bakeUrl: 'http://vendor.example/debs' },
    ],
    disk: { virtualSizeMiB: 20_480, compression: 'zstd' },
    guestLibrary: ['packer/lib/log.sh', 'packer/run-layer.sh', 'packer/seal.sh'].map((source) => sampleSource(source)),
    defaultProfile: 'recommended',
    ...changes,
  };
}

export function sampleDistro(changes: Partial<Distro> = {}): Distro {
  return {
    id: 'testian-1',
    title: 'Testian 1',
    family: 'debian',
    version: '1',
    codename: 'first',
    arch: 'x86_64',
    aliases: ['testian'],
    loginUser: 'tess',
    confidence: 'verified',
    state: 'ready',
    firmware: ['bios'],
    defaultBase: 'bootstrap',
    bootstrap: { suite: 'first', packages: ['linux', 'bash'], keyring: '/usr/share/keyrings/testian.gpg' },
    cloudImage: {
      mirrors: ['testian'],
      index: { path: 'images/', entry: '{build}/' },
      path: 'images/{build}/first.qcow2',
      checksums: 'images/{build}/SHA512SUMS',
    },
    repositories: [
      { id: 'first', mirror: 'testian', suite: 'first', components: ['main'], signedBy: '/usr/share/keyrings/testian.gpg', base: true },
      { id: 'extra', mirror: 'vendor', suite: 'stable', components: ['main'], signedBy: '/usr/share/keyrings/vendor.gpg', base: false },
    ],
    facts: { sshUnit: 'ssh', nginxUser: 'www-data' },
    packages: {},
    lifeCycle: { released: '2026-01-01', endOfLife: '2030-01-01' },
    python: '3.11',
    ...changes,
  };
}

/** Which build of the vendor's image is used. */
export function sampleLock(hex = 'ab'.repeat(64)): LockedImage {
  return { id: 'testian-1', build: '20260705', digest: { algorithm: 'sha512', hex }, signedBy: null, lockedOn: '2026-07-06' };
}

export function sampleComponent(id: string, changes: Partial<Component> = {}): Component {
  return { id, summary: id, after: [], packages: [], repositories: [], parameters: [], scripts: {}, files: [], locks: [], checks: [], ...changes };
}

/** A component with packages, a parameter, a template, a plain file, scripts of every layer and a lock. */
export function webComponent(changes: Partial<Component> = {}): Component {
  return sampleComponent('web', {
    after: ['base'],
    packages: ['nginx', 'curl'],
    parameters: [sampleParameter('WEB_WORKERS', { name: 'workers', value: 4 })],
    scripts: {
      packages: sampleSource('packer/components/web/install.sh'),
      app: sampleSource('packer/components/web/app.sh'),
      configure: sampleSource('packer/components/web/configure.sh'),
    },
    files: [
      sampleFile('/etc/web.conf', { source: 'packer/components/web/files/etc/web.conf.hbs', template: true }),
      sampleFile('/usr/local/bin/web', { source: 'packer/components/web/files/usr/local/bin/web', mode: '0755' }),
    ],
    locks: [{ kind: 'pip', name: 'backend', ...sampleSource('packer/components/web/requirements.lock') }],
    ...changes,
  });
}

export function sampleParameter(env: string, changes: Partial<Parameter> = {}): Parameter {
  return { name: env.toLowerCase(), env, value: 'x', layers: ['configure'], ...changes };
}

/** A digest is 64 digits: a short word stands for one in tests. */
export function sampleSource(source: string, sha256 = '1'.repeat(64)): SourceFile {
  return { source, sha256 };
}

export function sampleFile(target: string, changes: Partial<ShippedFile> = {}): ShippedFile {
  return { ...sampleSource(`packer/components/web/files${target}`), target, mode: '0644', owner: 'root', group: 'root', template: false, ...changes };
}

export function sampleHostFacts(changes: Partial<HostFacts> = {}): HostFacts {
  return {
    driver: 'native',
    accelerator: 'tcg',
    packerVersion: '1.6.6',
    bootstrapScript: 'c'.repeat(64),
    indexDigests: { first: 'a'.repeat(64), extra: 'b'.repeat(64) },
    cpus: 2,
    memoryMiB: 8192,
    ...changes,
  };
}
