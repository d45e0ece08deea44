import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import { DISTRO, IMAGE, PROJECT, WEB, problemsOf, project } from './project.ts';

const KEY = { fingerprint: 'A'.repeat(40), description: 'a key', environment: 'INGOT_KEY_OTHER' };

describe('loadSpec', () => {
  test('resolves the default image and role into one document', async () => {
    const { spec } = await loadSpec(project(), { distro: 'tin-1' });
    expect(spec).toMatchObject({
      kind: 'ImageSpec',
      schemaVersion: 1,
      parent: null,
      imageId: 'box-small-tin-1',
      image: 'box',
      role: 'small',
      title: 'Box, Small, Tin 1',
      disk: { virtualSizeMiB: 4096, compression: 'zstd' },
      defaultProfile: 'mini',
      distro: { id: 'tin-1', aliases: ['tin'], packages: {} },
    });
    expect(spec.components.map(({ id }) => id)).toEqual(['web']);
    expect(spec.guestLibrary.map(({ source }) => source)).toEqual(['packer/lib/log.sh', 'packer/run-layer.sh', 'packer/seal.sh']);
  });

  test('the checklist that the image names travels whole, with its defaults', async () => {
    const checklist = { id: 'list', title: 'List', items: [{ item: 'It answers', checks: ['web.*'], operator: 'say hello' }] };
    const files = { 'config/images/box.yaml': { yaml: { ...IMAGE, checklist: 'list' } }, 'config/checklists/list.yaml': { yaml: checklist } };
    const { spec } = await loadSpec(project(files), { distro: 'tin' });
    expect(spec.checklist).toEqual({ ...checklist, items: [{ ...checklist.items[0], show: {} }] });
    expect((await loadSpec(project(), { distro: 'tin' })).spec).not.toHaveProperty('checklist');
  });

  test('a guest probe carries the functions of its own component and of those before it, and of no other', async () => {
    const check = (name: string) => ({ ...WEB.checks[0], name, guest: { run: `ask ${name}` } });
    const app = { summary: 'App', packages: { debian: [] }, after: ['web'], locks: [{ kind: 'pip', name: 'backend', lock: 'requirements.lock' }] };
    const files = {
      'packer/components/web/component.yaml': { yaml: { ...WEB, guestFunctions: 'ask() { once curl "$1"; }\n', checks: [check('first')] } },
      'packer/components/app/component.yaml': {
        yaml: { ...app, guestFunctions: 'tell() { :; }', checks: [check('second')] },
      },
    };
    const { spec } = await loadSpec(project(files), { distro: 'tin', role: 'full' });
    expect(spec.components.flatMap(({ checks }) => checks.map(({ guest }) => guest?.run))).toEqual([
      'ask() { once curl "$1"; }\ntell() { :; }\nask second',
      'ask() { once curl "$1"; }\nask first',
    ]);
  });

  test('an alias means its distro', async () => {
    expect((await loadSpec(project(), { distro: 'tin', role: 'full' })).spec.imageId).toBe('box-full-tin-1');
  });

  test('two loads of the same files give the same document', async () => {
    const host = project();
    expect(JSON.stringify(await loadSpec(host, { distro: 'tin' }))).toBe(JSON.stringify(await loadSpec(host, { distro: 'tin' })));
  });

  test('carries the digest and the exact text of every file that ships, and of no other', async () => {
    const { spec, texts } = await loadSpec(project(), { distro: 'tin' });
    expect([...texts.keys()].toSorted()).toEqual([
      'packer/components/web/configure.sh',
      'packer/components/web/files/etc/web/secret.conf',
      'packer/components/web/files/etc/web/web.conf.hbs',
      'packer/components/web/files/usr/bin/web',
      'packer/lib/log.sh',
      'packer/run-layer.sh',
      'packer/seal.sh',
    ]);
    for (const { source, sha256 } of [...spec.guestLibrary, ...(spec.components[0]?.files ?? [])]) {
      expect(
        createHash('sha256')
          .update(texts.get(source) ?? '')
          .digest('hex'),
        source,
      ).toBe(sha256);
    }
  });

  test('a byte order mark and CRLF in a shipped file survive', async () => {
    const host = project({ 'packer/components/web/files/etc/web/odd.conf': '\uFEFFa\r\n' });
    expect((await loadSpec(host, { distro: 'tin' })).texts.get('packer/components/web/files/etc/web/odd.conf')).toBe('\uFEFFa\r\n');
  });

  test('files get their mode from the exception, else from being executable', async () => {
    const { spec } = await loadSpec(project(), { distro: 'tin' });
    expect(spec.components[0]?.files.map(({ target, mode, owner, group, template }) => [target, mode, owner, group, template])).toEqual([
      ['/etc/web/secret.conf', '0600', 'root', 'www-data', false],
      ['/etc/web/web.conf', '0644', 'root', 'root', true],
      ['/usr/bin/web', '0755', 'root', 'root', false],
    ]);
  });

  test('scripts belong to the layer that runs them, locks carry their digest', async () => {
    const { spec, texts } = await loadSpec(project(), { distro: 'tin', role: 'full' });
    const [app, web] = spec.components;
    expect(Object.keys(app?.scripts ?? {})).toEqual(['app']);
    expect(web?.scripts.configure?.source).toBe('packer/components/web/configure.sh');
    expect(app?.locks).toEqual([
      { kind: 'pip', name: 'backend', source: 'packer/components/app/requirements.lock', sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
    ]);
    expect(texts.get('packer/components/app/requirements.lock')).toBe('django==5\n');
  });

  test('a role’s value wins over the image’s, and that over the default', async () => {
    const image = { ...IMAGE, parameters: { web: { workerCount: 8 } }, roleParameters: { full: { web: { workerCount: 16 } } } };
    const host = project({ 'config/images/box.yaml': { yaml: image } });
    const valueIn = async (role: string) =>
      (await loadSpec(host, { distro: 'tin', role })).spec.components.find(({ id }) => id === 'web')?.parameters.find(({ name }) => name === 'workerCount');
    expect(await valueIn('small')).toEqual({ name: 'workerCount', env: 'WEB_WORKER_COUNT', value: 8, layers: ['configure'] });
    expect((await valueIn('full'))?.value).toBe(16);
    expect((await loadSpec(project(), { distro: 'tin' })).spec.components[0]?.parameters.map(({ value }) => value)).toEqual(['hello', 2]);
  });

  test.each(['"; rm -rf / #', '${var}', '{{x}}', 'two\nlines', `it's "quoted"`, '$(id) `id`', '%', '\\', ' ', '', 'ü€😀', '\t'])(
    'carries %j literally',
    async (greeting) => {
      const host = project({ 'config/images/box.yaml': { yaml: { ...IMAGE, title: greeting || 'x', parameters: { web: { greeting } } } } });
      const { spec } = await loadSpec(host, { distro: 'tin' });
      expect(spec.components[0]?.parameters[0]?.value).toBe(greeting);
      expect(spec.title.startsWith(greeting)).toBe(true);
    },
  );

  test('a distro’s package list replaces the family’s', async () => {
    const host = project({ 'config/distros/tin-1.yaml': { yaml: { ...DISTRO, packages: { web: ['tin-nginx', 'g++'] } } } });
    expect((await loadSpec(host, { distro: 'tin' })).spec.components[0]?.packages).toEqual(['tin-nginx', 'g++']);
    expect((await loadSpec(project(), { distro: 'tin' })).spec.components[0]?.packages).toEqual(['nginx']);
  });

  test('a distro’s package list is enough where the component has none for the family', async () => {
    const host = project({ 'config/distros/tin-1.yaml': { yaml: { ...DISTRO, family: 'el', packages: { web: ['httpd'], app: [] } } } });
    expect((await loadSpec(host, { distro: 'tin', role: 'full' })).spec.components.map(({ packages }) => packages)).toEqual([[], ['httpd']]);
  });

  test.each([1, 64])('a value may be its limit: %i', async (workerCount) => {
    const host = project({ 'config/images/box.yaml': { yaml: { ...IMAGE, parameters: { web: { workerCount } } } } });
    expect((await loadSpec(host, { distro: 'tin' })).spec.components[0]?.parameters[1]?.value).toBe(workerCount);
  });

  test('a third party’s mirror comes only with a component that asks for it', async () => {
    const third = { ...DISTRO.repositories[0], id: 'third', mirror: 'other', base: false, key: 'other' };
    const mirror = (id: string) => ({ url: `https://${id}.example`, description: id, environment: `INGOT_MIRROR_${id.toUpperCase()}` });
    const files = {
      'config/distros/tin-1.yaml': { yaml: { ...DISTRO, repositories: [...DISTRO.repositories, third] } },
      'config/mirrors.yaml': { yaml: { mirrors: { tin: mirror('tin'), other: mirror('other'), spare: mirror('spare') }, keys: { other: KEY } } },
    };
    const mirrorsOf = async (more: object) => (await loadSpec(project({ ...files, ...more }), { distro: 'tin' })).spec.mirrors.map(({ id }) => id);
    expect(await mirrorsOf({})).toEqual(['tin']);
    expect(await mirrorsOf({ 'packer/components/web/component.yaml': { yaml: { ...WEB, repositories: ['third'] } } })).toEqual(['other', 'tin']);
  });

  test('a distro says which component takes its packages from a third party, with which key and which streams', async () => {
    const third = { ...DISTRO.repositories[0], id: 'third', base: false, key: 'other', usedBy: ['web'] };
    const files = {
      'config/distros/tin-1.yaml': { yaml: { ...DISTRO, repositories: [...DISTRO.repositories, third], modules: { web: ['httpd:2'] } } },
      'config/mirrors.yaml': {
        yaml: { mirrors: { tin: { url: 'https://t.example', description: 't', environment: 'INGOT_MIRROR_TIN' } }, keys: { other: KEY } },
      },
      'config/keys/other.asc': 'the key\n',
    };
    const { spec, texts } = await loadSpec(project(files), { distro: 'tin' });
    expect(spec.components[0]).toMatchObject({ repositories: ['third'], modules: ['httpd:2'] });
    expect(spec.keys).toMatchObject([{ id: 'other', fingerprint: KEY.fingerprint, file: { source: 'config/keys/other.asc' } }]);
    expect(texts.get('config/keys/other.asc')).toBe('the key\n');
    const env = { INGOT_KEY_OTHER: `${'B'.repeat(40)}:/srv/own.asc` };
    const own = (await loadSpec(project(files, { env }), { distro: 'tin' })).spec.keys;
    expect(own).toEqual([{ id: 'other', fingerprint: 'B'.repeat(40), substitutePath: '/srv/own.asc' }]);
    for (const wrong of [{ INGOT_KEY_OTHER: '/srv/own.asc' }, { INGOT_KEY_OTER: `${'B'.repeat(40)}:/k` }])
      await expect(loadSpec(project(files, { env: wrong }), { distro: 'tin' })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('a version that a distro states is what must come, with the day on which it ends', async () => {
    const versions = [{ name: 'Web', run: 'web --version', atLeast: '2', fact: 'webVersion', ends: { 3: '2027-01-01' } }];
    const files = (webVersion: string) => ({
      'config/distros/tin-1.yaml': { yaml: { ...DISTRO, facts: { ...DISTRO.facts, webVersion } } },
      'packer/components/web/component.yaml': { yaml: { ...WEB, versions } },
    });
    expect((await loadSpec(project(files('3')), { distro: 'tin' })).spec.components[0]?.versions).toEqual([
      { name: 'Web', run: 'web --version', atLeast: '2', expected: '3', endOfLife: '2027-01-01' },
    ]);
    expect(await problemsOf(loadSpec(project(files('1.9')), { distro: 'tin' }))).toEqual([
      expect.stringContaining('facts.webVersion: Web 1.9 is older than 2, which web asks for') as string,
    ]);
  });

  test('checks get their id, their component and the schema’s defaults', async () => {
    const check = { name: 'there', title: 't', hint: 'h', sealed: { run: 'test -e x' }, guest: { run: 'true' }, saboteur: { where: 'sealed', run: 'rm x' } };
    const { spec } = await loadSpec(project({ 'packer/components/web/component.yaml': { yaml: { ...WEB, checks: [check] } } }), { distro: 'tin' });
    expect(spec.components[0]?.checks).toEqual([
      {
        id: 'web.there',
        component: 'web',
        title: 't',
        hint: 'h',
        sealed: { run: 'test -e x', expect: { exit: 0 } },
        guest: { run: 'true', expect: { exit: 0 }, phases: ['first-boot', 'after-reboot'] },
        saboteur: { where: 'sealed', run: 'rm x' },
      },
    ]);
  });

  test('cloud-init/ is the component first-boot', async () => {
    const image = { ...IMAGE, roles: { small: { ...IMAGE.roles.small, components: ['first-boot'] } } };
    const host = project({
      'config/images/box.yaml': { yaml: image },
      'cloud-init/component.yaml': { yaml: { summary: 'At boot', packages: { debian: [] } } },
      'cloud-init/files/etc/cloud/x.cfg': 'x: 1\n',
    });
    const { spec } = await loadSpec(host, { distro: 'tin' });
    expect(spec.components).toMatchObject([{ id: 'first-boot', files: [{ source: 'cloud-init/files/etc/cloud/x.cfg', target: '/etc/cloud/x.cfg' }] }]);
  });

  test('mirrors: only those that are needed, with the host’s own place', async () => {
    const mirrors = {
      mirrors: {
        tin: { url: 'https://tin.example/tin', description: 'p', environment: 'INGOT_MIRROR_TIN', auto: 'apt-host-of-suite' },
        other: { url: 'https://other.example', description: 'o', environment: 'INGOT_MIRROR_OTHER' },
      },
    };
    const files = {
      'config/mirrors.yaml': { yaml: mirrors },
      'etc/apt/sources.list.d/tin.sources': 'Types: deb\nURIs: http://near.example/tin/\nSuites: tinny\nComponents: main\n',
    };
    expect((await loadSpec(project(files), { distro: 'tin' })).spec.mirrors).toEqual([
      { id: 'tin', url: 'https://tin.example/tin', bakeUrl: 'http://near.example/tin' },
    ]);
    const overridden = project(files, { env: { INGOT_MIRROR_TIN: 'https://mine.example/t/' } });
    expect((await loadSpec(overridden, { distro: 'tin' })).spec.mirrors[0]?.bakeUrl).toBe('https://mine.example/t');
  });

  test('an override with a password is refused without repeating it', async () => {
    const [line = ''] = await problemsOf(loadSpec(project({}, { env: { INGOT_MIRROR_TIN: 'https://me:hunter2@mine.example/t' } }), { distro: 'tin' }));
    expect(line).toMatch(/^INGOT_MIRROR_TIN: .*user name or password/);
    expect(line).not.toContain('hunter2');
  });

  test('configDir is another place of the YAML files', async () => {
    const moved = Object.fromEntries(
      Object.entries(PROJECT).flatMap(([path, file]) =>
        path.startsWith('config/')
          ? [
              [path, undefined],
              [path.replace('config/', 'elsewhere/'), file],
            ]
          : [],
      ),
    );
    const host = project(moved);
    expect((await loadSpec(host, { distro: 'tin', configDir: `${host.dir}/elsewhere` })).spec.imageId).toBe('box-small-tin-1');
  });
});

describe('what is refused by name', () => {
  test.each([
    [{ distro: 'tim' }, 'There is no distro "tim"', 'Did you mean "tin"? (known: tin-1, tin)'],
    [{ distro: 'windows' }, 'There is no distro "windows"', 'Known: tin-1, tin'],
    [{ distro: 'tin', role: 'ful' }, 'There is no role "ful" of the image box', 'Did you mean "full"? (known: small, full)'],
    [{ distro: 'tin', role: 'constructor' }, 'There is no role "constructor" of the image box', 'Known: small, full'],
    [{ distro: 'tin', image: 'bix' }, 'There is no image "bix"', 'Did you mean "box"? (known: box)'],
  ])('%j', async (wish, what, fix) => {
    await expect(loadSpec(project(), wish)).rejects.toMatchObject({ code: 'USAGE', what, fix });
  });

  test('an image that is not made for the distro', async () => {
    const host = project({ 'config/distros/lead-2.yaml': { yaml: { ...DISTRO, id: 'lead-2', aliases: [] } } });
    await expect(loadSpec(host, { distro: 'lead-2' })).rejects.toMatchObject({
      code: 'USAGE',
      what: 'The image box is not made for lead-2',
      fix: 'Choose one of tin-1, or add lead-2 to its distros',
    });
  });

  test('no image named where there are several and none is the default', async () => {
    const host = project({ 'config/images/bag.yaml': { yaml: { ...IMAGE, id: 'bag' } } });
    await expect(loadSpec(host, { distro: 'tin' })).rejects.toMatchObject({ code: 'USAGE', fix: 'Name one: bag, box' });
    expect((await loadSpec(host, { distro: 'tin', image: 'bag' })).spec.image).toBe('bag');
  });

  test('an empty project says what it lacks', async () => {
    const host = project(Object.fromEntries(Object.keys(PROJECT).map((path) => [path, undefined])));
    expect(await problemsOf(loadSpec(host, { distro: 'tin' }))).toEqual([
      'config/mirrors.yaml:1: (top): there is no such file; add it, or remove the line or folder that calls for it',
      'packer/run-layer.sh:1: (top): there is no such file; add it, or remove the line or folder that calls for it',
      'packer/seal.sh:1: (top): there is no such file; add it, or remove the line or folder that calls for it',
    ]);
  });
});
