import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Driver } from '../../scripts/model/build-plan.ts';
import { hostAptSettings, writePackageAccess } from '../../scripts/stages/package-access.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { sampleComponent, sampleDistro, sampleSource, sampleSpec } from '../support/sample-spec.ts';

const CERTIFICATES = '/etc/ssl/certs/ca-certificates.crt';
const DUMP = 'Acquire::http::Proxy "http://user:hunter2@proxy.corp:3128";\nAcquire::https::Proxy "http://127.0.0.1:3128";\nAPT::Architecture "amd64";\n';
const MIRRORS = [{ id: 'testian', url: 'http://public.example/testian', bakeUrl: 'http://localhost:3142/testian' }];

/** A host that has exactly these paths outside of its own folder. */
function hostWith(paths: readonly string[], answers: readonly Answer[] = []): FakeHost {
  const host = fakeHost(answers);
  const exists = (path: string): Promise<boolean> => (path.startsWith(host.dir) ? host.files.exists(path) : Promise.resolve(paths.includes(path)));
  const copy = (from: string, to: string): Promise<void> => host.files.writeText(to, `copy of ${from}`);
  return { ...host, files: { ...host.files, exists, copy } };
}

async function written(
  driver: Driver,
  paths: readonly string[] = [CERTIFICATES],
  spec = sampleSpec({ mirrors: MIRRORS }),
): Promise<ReadonlyMap<string, string>> {
  const host = hostWith(paths);
  const dir = join(host.dir, 'bake');
  await writePackageAccess(host, { texts: new Map(), spec, driver, hostAptDump: DUMP, dir });
  const names = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return new Map(names.map(({ parentPath, name }) => [relative(dir, join(parentPath, name)), readFileSync(join(parentPath, name), 'utf8')]));
}

describe('hostAptSettings', () => {
  test('is what apt says of itself', async () => {
    const host = hostWith(['/usr/bin/apt-config'], [{ command: 'apt-config dump', stdout: DUMP }]);
    expect(await hostAptSettings(host)).toBe(DUMP);
  });

  test('is empty on a host without apt, where nothing is run', async () => {
    const host = hostWith([]);
    expect(await hostAptSettings(host)).toBe('');
    expect(host.commands).toEqual([]);
  });
});

describe('writePackageAccess', () => {
  test('gives the chroot the host’s own way: sources, settings, certificates', async () => {
    const files = await written('native');
    expect([...files.keys()].toSorted()).toEqual(['apt.conf', 'ca.crt', 'sources.list']);
    expect(files.get('sources.list')).toContain('http://localhost:3142/testian first main');
    expect(files.get('apt.conf')).toContain('Acquire::http::Proxy "http://user:hunter2@proxy.corp:3128";\nAcquire::https::Proxy "http://127.0.0.1:3128";\n');
    expect(files.get('apt.conf')).not.toContain('APT::Architecture');
    expect(files.get('ca.crt')).toBe(`copy of ${CERTIFICATES}`);
  });

  test('gives a VM the host as the guest sees it', async () => {
    const files = await written('vm');
    expect(files.get('sources.list')).toContain('http://10.0.2.2:3142/testian first main');
    expect(files.get('apt.conf')).toContain('Acquire::https::Proxy "http://10.0.2.2:3128";');
    expect([...files.values()].join('')).not.toMatch(/localhost|127\.0\.0\.1/);
  });

  test('does without certificates where the host has none', async () => {
    const files = await written('native', []);
    expect([...files.keys()].toSorted()).toEqual(['apt.conf', 'sources.list']);
    expect(files.get('apt.conf')).not.toContain('CaInfo');
  });

  test('never tells the public place of a mirror that this build replaces', async () => {
    expect([...(await written('native')).values()].join('')).not.toContain('public.example');
  });

  test('tells dnf of its repositories in a folder that is read instead of the guest’s own', async () => {
    const repositories = [{ id: 'baseos', mirror: 'testian', suite: '8/BaseOS', components: [], signedBy: '/etc/pki/rpm-gpg/KEY', base: true }];
    const files = await written('vm', [CERTIFICATES], sampleSpec({ mirrors: MIRRORS, distro: sampleDistro({ family: 'el', repositories }) }));
    expect([...files.keys()].toSorted()).toEqual(['ca.crt', 'dnf.options', 'passing-keys', 'yum.repos.d/ingot.repo']);
    expect(files.get('passing-keys')).toBe('');
    expect(files.get('yum.repos.d/ingot.repo')).toContain('[baseos]\nname=baseos\nbaseurl=http://10.0.2.2:3142/testian/8/BaseOS\n');
    expect(files.get('dnf.options')).toBe('--setopt=reposdir=/run/ingot/payload/bake/yum.repos.d\n--setopt=sslcacert=/run/ingot/payload/bake/ca.crt\n');
  });

  test('names the keys that were put in for this build alone: rpm is to forget them', async () => {
    const fingerprint = `${'A'.repeat(32)}9AB84A5C`;
    const keys = [
      { id: 'pinned', fingerprint: 'B'.repeat(40), file: sampleSource('config/keys/pinned.asc') },
      { id: 'mine', fingerprint, substitutePath: '/home/me/key.asc' },
    ];
    const files = await written('native', [], sampleSpec({ mirrors: MIRRORS, distro: sampleDistro({ family: 'el', repositories: [] }), keys }));
    expect(files.get('passing-keys')).toBe('9ab84a5c\n');
  });

  test('brings the keys of third parties, and nothing is taken from them without', async () => {
    const { repositories } = sampleDistro();
    const distro = sampleDistro({ repositories: repositories.map((repository) => (repository.base ? repository : { ...repository, key: 'vendor' })) });
    const components = [sampleComponent('web', { repositories: ['extra'] })];
    const keys = [{ id: 'vendor', fingerprint: 'A'.repeat(40), file: sampleSource('config/keys/vendor.asc') }];
    const host = hostWith([]);
    const dir = join(host.dir, 'bake');
    const texts = new Map([['config/keys/vendor.asc', 'the key']]);
    const mirrors = [...MIRRORS, { id: 'vendor', url: 'http://vendor.example', bakeUrl: 'http://vendor.example' }];
    await writePackageAccess(host, { texts, spec: sampleSpec({ mirrors, distro, components, keys }), driver: 'native', hostAptDump: '', dir });
    expect(readFileSync(join(dir, 'keys/vendor.asc'), 'utf8')).toBe('the key');
    expect(readFileSync(join(dir, 'sources.list'), 'utf8')).toContain(
      'deb [signed-by=/run/ingot/payload/bake/keys/vendor.asc] http://vendor.example stable main\n',
    );
  });
});
