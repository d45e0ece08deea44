import { describe, expect, test } from 'vitest';
import type { BuildPlan, HostFacts, LayerPlan } from '../../scripts/model/build-plan.ts';
import type { ImageSpec, LayerName } from '../../scripts/model/image-spec.ts';
import { planBuild } from '../../scripts/plan/build-plan.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { sampleComponent, sampleDistro, sampleFile, sampleHostFacts, sampleSource, sampleSpec, webComponent } from '../support/sample-spec.ts';

const plan = (spec: ImageSpec = sampleSpec(), facts: HostFacts = sampleHostFacts()): BuildPlan => planBuild(spec, facts, { base: 'auto', specDigest: 'spec' });
const layer = (of: BuildPlan, name: LayerName): LayerPlan => {
  const found = of.layers.find((candidate) => candidate.name === name);
  if (found === undefined) throw new Error(`no layer ${name}`);
  return found;
};

describe('layers', () => {
  test('come bottom first, each on the one below', () => {
    const { base, layers } = plan();
    expect(layers.map(({ name }) => name)).toEqual(['packages', 'app', 'configure', 'sealed']);
    expect(layers.map(({ parentKey }) => parentKey)).toEqual([base.key, ...layers.slice(0, -1).map(({ key }) => key)]);
  });

  test('without work are left out; the seal never is', () => {
    const bare = plan(sampleSpec({ components: [sampleComponent('base')] }));
    expect(bare.layers.map(({ name }) => name)).toEqual(['sealed']);
    expect(bare.layers[0]?.parentKey).toBe(bare.base.key);
    const filesOnly = plan(sampleSpec({ components: [sampleComponent('base', { files: [sampleFile('/etc/a')] })] }));
    expect(filesOnly.layers.map(({ name }) => name)).toEqual(['configure', 'sealed']);
  });

  test('take out what the vendor’s base brings, but never what the image asks for; another list is another layer', () => {
    const of = (removes: readonly string[]): LayerPlan =>
      layer(plan(sampleSpec({ components: [webComponent()], distro: sampleDistro({ vendorBase: { removes, adds: {} } }) })), 'packages');
    expect(of(['snapd', 'nginx', 'ftp']).removes).toEqual(['ftp', 'snapd']);
    expect(of(['nginx'])).not.toHaveProperty('removes');
    expect(of(['snapd']).key).not.toBe(of(['snapd', 'ftp']).key);
    expect(layer(plan(), 'packages')).not.toHaveProperty('removes');
  });

  test('hold packages once, sorted; steps in the order of components; files by target', () => {
    const late = webComponent();
    const early = sampleComponent('zz-base', {
      packages: ['zsh', 'curl'],
      scripts: { packages: sampleSource('packer/components/zz-base/install.sh') },
      files: [sampleFile('/etc/a')],
    });
    const made = plan(sampleSpec({ components: [{ ...late, after: ['zz-base'] }, early] }));
    expect(layer(made, 'packages').packages).toEqual(['curl', 'nginx', 'zsh']);
    expect(layer(made, 'packages').steps.map(({ component }) => component)).toEqual(['zz-base', 'web']);
    expect(layer(made, 'configure').files.map(({ target }) => target)).toEqual(['/etc/a', '/etc/web.conf', '/usr/local/bin/web']);
    expect(layer(made, 'app').locks.map(({ name }) => name)).toEqual(['backend']);
    expect(layer(made, 'app').steps.map(({ script }) => script.source)).toEqual(['packer/components/web/app.sh']);
    expect(layer(made, 'sealed').steps).toEqual([]);
  });

  test('have keys that are the digests of their fields', () => {
    for (const { key, keyFields } of plan().layers) expect(key).toBe(digestOf(keyFields));
  });

  test('refuse two files for one place, naming both', () => {
    const other = sampleComponent('other', { files: [sampleFile('/etc/web.conf', { source: 'packer/components/other/files/etc/web.conf' })] });
    expect(() => plan(sampleSpec({ components: [webComponent(), other] }))).toThrow(
      expect.objectContaining({
        code: 'CONFIG_INVALID',
        what: expect.stringContaining('/etc/web.conf') as string,
        details: ['packer/components/other/files/etc/web.conf', 'packer/components/web/files/etc/web.conf.hbs'],
      }) as Error,
    );
  });
});

describe('the document', () => {
  test('names its parent and what came from the host', () => {
    expect(plan(sampleSpec(), sampleHostFacts({ driver: 'vm', accelerator: 'kvm', packerVersion: '1.10.0' }))).toMatchObject({
      kind: 'BuildPlan',
      parent: 'spec',
      imageId: 'shop-web-testian-1',
      driver: 'vm',
      accelerator: 'kvm',
      packer: { version: '1.10.0', dialect: '1.7' },
      output: { compression: 'zstd', virtualSizeMiB: 20_480 },
      guest: { loginUser: 'tess' },
    });
  });

  test.each([
    [
      { cpus: 2, memoryMiB: 4000 },
      { cpus: 2, memoryMiB: 2048 },
    ],
    [
      { cpus: 64, memoryMiB: 12_001 },
      { cpus: 4, memoryMiB: 3000 },
    ],
    [
      { cpus: 1, memoryMiB: 512_000 },
      { cpus: 1, memoryMiB: 4096 },
    ],
  ])('gives a bake on %j a VM of %j', (host, guest) => {
    expect(plan(sampleSpec(), sampleHostFacts(host)).guest).toMatchObject(guest);
  });

  test('is the same whatever the driver, the accelerator, Packer and the size of the host: one cache for all', () => {
    const keysOf = ({ base, layers }: BuildPlan): readonly string[] => [base.key, ...layers.map(({ key }) => key)];
    const other = sampleHostFacts({ driver: 'vm', accelerator: 'kvm', packerVersion: '1.16.0', cpus: 32, memoryMiB: 65_536 });
    expect(keysOf(plan(sampleSpec(), other))).toEqual(keysOf(plan()));
  });

  test('does not carry the place that this host fetches from into a key', () => {
    const spec = sampleSpec();
    const elsewhere = { ...spec, mirrors: spec.mirrors.map((mirror) => ({ ...mirror, bakeUrl: 'http://other.example' })) };
    expect(plan(elsewhere).layers.at(-1)?.key).toBe(plan(spec).layers.at(-1)?.key);
  });
});

test('two distros never share a key', () => {
  const other = plan(sampleSpec({ distro: sampleDistro({ id: 'testian-2' }) }));
  expect(other.layers.map(({ key }) => key)).not.toContain(plan().layers[0]?.key);
});
