import { describe, expect, test } from 'vitest';
import { LAYER_NAMES, type Component, type ImageSpec, type LayerName } from '../../scripts/model/image-spec.ts';
import { planBuild } from '../../scripts/plan/build-plan.ts';
import { sampleDistro, sampleFile, sampleHostFacts, sampleParameter, sampleSource, sampleSpec, webComponent } from '../support/sample-spec.ts';

type Digests = Readonly<Record<string, string>>;

const CHANGED = '2'.repeat(64);
const DIGESTS = sampleHostFacts().indexDigests;
const fieldsOf = (spec: ImageSpec, indexDigests: Digests = DIGESTS): Readonly<Record<string, Digests>> =>
  Object.fromEntries(
    planBuild(spec, sampleHostFacts({ indexDigests }), { base: { path: '/base', sha256: CHANGED }, specDigest: '' }).layers.map(({ name, keyFields }) => [
      name,
      keyFields,
    ]),
  );
const withWeb = (changes: Partial<Component>): ImageSpec => sampleSpec({ components: [webComponent(changes)] });

/** Layers whose own fields differ, whatever happened to their parents. */
function changedLayers(before: ImageSpec, after: ImageSpec, digests: readonly [Digests, Digests] = [DIGESTS, DIGESTS]): readonly LayerName[] {
  const [old, now] = [fieldsOf(before, digests[0]), fieldsOf(after, digests[1])];
  const own = (fields: Digests | undefined): Digests => ({ ...fields, parent: '' });
  return LAYER_NAMES.filter((name) => JSON.stringify(own(old[name])) !== JSON.stringify(own(now[name])));
}

describe('a change rebuilds the layers that it can change, and no others', () => {
  const web = webComponent();
  const [template, program] = web.files;
  const [lock] = web.locks;
  if (template === undefined || program === undefined || lock === undefined) throw new Error('the sample has them');
  const library = (changed: string): ImageSpec => ({
    ...withWeb({}),
    guestLibrary: sampleSpec().guestLibrary.map(({ source, sha256 }) => sampleSource(source, source === changed ? CHANGED : sha256)),
  });
  const everyLayer = [...LAYER_NAMES];

  const table: readonly (readonly [string, ImageSpec, readonly LayerName[]])[] = [
    ['nothing', withWeb({}), []],
    ['a package', withWeb({ packages: ['nginx', 'curl', 'git'] }), ['packages']],
    ['install.sh', withWeb({ scripts: { ...web.scripts, packages: sampleSource('packer/components/web/install.sh', CHANGED) } }), ['packages']],
    ['app.sh', withWeb({ scripts: { ...web.scripts, app: sampleSource('packer/components/web/app.sh', CHANGED) } }), ['app']],
    ['a lock', withWeb({ locks: [{ ...lock, sha256: CHANGED }] }), ['app']],
    ['configure.sh', withWeb({ scripts: { ...web.scripts, configure: sampleSource('packer/components/web/configure.sh', CHANGED) } }), ['configure']],
    ['a plain file', withWeb({ files: [template, { ...program, sha256: CHANGED }] }), ['configure']],
    ['a template', withWeb({ files: [{ ...template, sha256: CHANGED }, program] }), ['configure']],
    ['a mode', withWeb({ files: [template, { ...program, mode: '0700' }] }), ['configure']],
    ['an owner', withWeb({ files: [template, { ...program, owner: 'web' }] }), ['configure']],
    ['a new file', withWeb({ files: [template, program, sampleFile('/etc/new')] }), ['configure']],
    ['a parameter', withWeb({ parameters: [sampleParameter('WEB_WORKERS', { name: 'workers', value: 5 })] }), ['configure']],
    [
      'a check',
      withWeb({ checks: [{ id: 'web.up', component: 'web', title: 't', hint: 'h', console: { forbid: 'x' }, saboteur: { where: 'guest', run: 'false' } }] }),
      [],
    ],
    ['a summary', withWeb({ summary: 'other words' }), []],
    ['run-layer.sh', library('packer/run-layer.sh'), everyLayer],
    ['a library', library('packer/lib/log.sh'), everyLayer],
    ['seal.sh', library('packer/seal.sh'), ['sealed']],
    ['the compression', { ...withWeb({}), disk: { virtualSizeMiB: 20_480, compression: 'zlib' } }, ['sealed']],
    ['a fact', { ...withWeb({}), distro: sampleDistro({ facts: { sshUnit: 'sshd', nginxUser: 'www-data' } }) }, everyLayer],
    ['the interpreter', { ...withWeb({}), distro: sampleDistro({ python: '3.12' }) }, ['app', 'configure']],
    ['the distro’s title, which templates may show', { ...withWeb({}), distro: sampleDistro({ title: 'Testian One' }) }, ['configure']],
    ['the distro’s state', { ...withWeb({}), distro: sampleDistro({ state: 'facts', confidence: 'unsure', aliases: [] }) }, []],
    ['the default profile', { ...withWeb({}), defaultProfile: 'minimum' }, []],
    ['the public place of packages', { ...withWeb({}), mirrors: [{ id: 'testian', url: 'http://moved.example', bakeUrl: '' }] }, ['packages']],
  ];
  test.each(table)('%s', (_what, after, layers) => {
    expect(changedLayers(withWeb({}), after)).toEqual(layers);
  });

  test('the index of a repository of the distro', () => {
    expect(changedLayers(withWeb({}), withWeb({}), [DIGESTS, { ...DIGESTS, first: CHANGED }])).toEqual(['packages']);
  });

  test('the index of a third party, only when a component needs it', () => {
    const digests = [DIGESTS, { ...DIGESTS, extra: CHANGED }] as const;
    expect(changedLayers(withWeb({}), withWeb({}), digests)).toEqual([]);
    expect(changedLayers(withWeb({ repositories: ['extra'] }), withWeb({ repositories: ['extra'] }), digests)).toEqual(['packages']);
  });

  test('the order of scripts', () => {
    const [a, b] = ['a', 'b'].map((id) =>
      webComponent({ id, files: [], locks: [], parameters: [], scripts: { app: sampleSource(`packer/components/${id}/app.sh`) }, after: [] }),
    );
    if (a === undefined || b === undefined) throw new Error('there are two');
    expect(changedLayers(sampleSpec({ components: [a, b] }), sampleSpec({ components: [{ ...a, after: ['b'] }, b] }))).toContain('app');
  });
});

describe('fields', () => {
  test('have names that explain themselves', () => {
    expect(Object.keys(fieldsOf(withWeb({}))['configure'] ?? {})).toEqual(
      expect.arrayContaining([
        'parent',
        'format',
        'library packer/run-layer.sh',
        'env INGOT_COMPONENTS',
        'env WEB_WORKERS',
        'script packer/components/web/configure.sh',
        'file packer/components/web/files/etc/web.conf.hbs',
        'mode /usr/local/bin/web',
        'distro title',
      ]),
    );
  });

  test('show a long value as its digest', () => {
    const long = withWeb({ parameters: [sampleParameter('WEB_TEXT', { value: 'x'.repeat(500) })] });
    expect(fieldsOf(long)['configure']?.['env WEB_TEXT']).toMatch(/^sha256:[0-9a-f]{64}$/);
  });

  test('do not look at the distro where no template can show it', () => {
    const plain = withWeb({ files: [sampleFile('/etc/plain')] });
    expect(changedLayers(plain, { ...plain, distro: sampleDistro({ title: 'Other' }) })).toEqual([]);
  });

  test('name a mirror that does not exist', () => {
    expect(() => fieldsOf(sampleSpec({ mirrors: [] }))).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID' }) as Error);
  });
});
