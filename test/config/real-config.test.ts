import { keyringsOf } from '../../scripts/plan/archive-keyrings.ts';
import { describe, expect, test } from 'vitest';
import { askedDistros } from '../../scripts/config/asked-distros.ts';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { loadProfiles } from '../../scripts/config/load-profiles.ts';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import { vendorMirrors } from '../../scripts/config/resolve-mirrors.ts';
import { fakeHost } from '../support/fake-host.ts';

/** The configuration of this very project, on a host that says nothing about mirrors. */
const fake = fakeHost([], { projectDir: new URL('../..', import.meta.url).pathname.replace(/\/$/, '') });
const host = {
  ...fake,
  files: {
    ...fake.files,
    list: (dir: string) => (dir.startsWith('/etc/apt') ? Promise.resolve([]) : fake.files.list(dir)),
    readText: (path: string) => (path.startsWith('/etc/apt') ? Promise.resolve('') : fake.files.readText(path)),
  },
};

const targets = await listTargets(host);

describe('every distro × role of the real configuration', () => {
  test('there are some, and Debian 12 is ready', () => {
    expect(targets.map(({ image, role, distro, state }) => `${image}-${role}-${distro} ${state}`)).toContain('aikovrr-standalone-debian-12 ready');
    expect([...new Set(targets.map(({ distro }) => distro))].toSorted()).toEqual([
      ...['almalinux-8', 'centos-stream-9', 'debian-11', 'debian-12', 'debian-13', 'oracle-8'],
      ...['rhel-8', 'rocky-8', 'ubuntu-20.04', 'ubuntu-22.04', 'ubuntu-24.04'],
    ]);
    expect([...new Set(targets.map(({ role }) => role))].toSorted()).toEqual(['app', 'db', 'lb', 'standalone']);
  });

  test.each(targets)('$image $role $distro', async ({ image, role, distro }) => {
    const { spec, texts } = await loadSpec(host, { image, role, distro });
    expect(spec.imageId).toBe(`${image}-${role}-${distro}`);
    expect(spec.components.length).toBeGreaterThan(3);
    expect(spec.components.flatMap(({ files }) => files).filter(({ source }) => !texts.has(source))).toEqual([]);
    expect(spec.mirrors.filter(({ url, bakeUrl }) => url !== bakeUrl)).toEqual([]);
    const used = spec.distro.repositories.filter(({ id, base }) => base || spec.components.some(({ repositories }) => repositories.includes(id)));
    const places = used.flatMap(({ mirror, archive, snapshot }) => [
      mirror,
      ...[archive, snapshot].flatMap((place) => (place === undefined ? [] : [place.mirror])),
    ]);
    expect(new Set(spec.mirrors.map(({ id }) => id))).toEqual(new Set([...places, ...vendorMirrors(spec.distro)]));
    expect(spec.keys?.map(({ id }) => id) ?? []).toEqual([...new Set(used.flatMap(({ key }) => (key === undefined ? [] : [key])))].toSorted());
    expect(spec.keys?.filter(({ file }) => file === undefined || !texts.has(file.source)) ?? []).toEqual([]);
  });

  test('what a vendor’s base takes is allowed beyond the image’s own budget, and no limit appears that the image does not set', async () => {
    const budgetOf = async (distro: string) => (await loadSpec(host, { image: 'aikovrr', role: 'standalone', distro })).spec.budget ?? {};
    const [ours, theirs] = [await budgetOf('debian-12'), await budgetOf('rocky-8')];
    expect(theirs).toMatchObject({ diskMiB: (ours.diskMiB ?? 0) + 700, packages: (ours.packages ?? 0) + 250, listeningSockets: ours.listeningSockets });
    expect(Object.keys(theirs).toSorted()).toEqual(Object.keys(ours).toSorted());
  });

  test('who makes a base on another distro’s machine has its key, or can have the key ring of a package', async () => {
    const distros = await askedDistros(host, [...new Set(targets.map(({ distro }) => distro))]);
    const without = distros.filter(
      (distro) => distro.bootstrap !== undefined && keyringsOf(distro).length > 0 && distro.bootstrap.keyringPackages?.apt === undefined,
    );
    expect(without.map(({ id }) => id)).toEqual([]);
  });

  test('the aliases of the command line', async () => {
    for (const [alias, id] of [
      ['debian', 'debian-12'],
      ['ubuntu', 'ubuntu-22.04'],
      ['rhel', 'rhel-8'],
    ] as const)
      expect((await loadSpec(host, { distro: alias })).spec.imageId).toBe(`aikovrr-standalone-${id}`);
    await expect(loadSpec(host, { distro: 'hat' })).rejects.toMatchObject({ code: 'USAGE', what: 'There is no distro "hat"' });
  });
});

/** A fact that asks for something of its own: absent is an answer. */
const OPTIONAL = ['subscriptionRepositories'];

test('all distros know the same facts', async () => {
  const facts = await Promise.all(
    [...new Set(targets.map(({ distro }) => distro))].map(async (distro) => {
      const { spec } = await loadSpec(host, { distro });
      return Object.keys(spec.distro.facts)
        .filter((fact) => !OPTIONAL.includes(fact))
        .toSorted();
    }),
  );
  expect(facts.every((keys) => keys.join() === facts[0]?.join())).toBe(true);
});

test('the profiles', async () => {
  expect((await loadProfiles(host)).map(({ id }) => id)).toEqual(['ha-lb', 'minimum', 'ha-app', 'recommended', 'ha-db']);
});
