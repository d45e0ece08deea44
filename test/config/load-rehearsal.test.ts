import { describe, expect, test } from 'vitest';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { loadRehearsal } from '../../scripts/config/load-rehearsal.ts';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import { usedRepositories } from '../../scripts/plan/repository-files.ts';
import { standInPlaces } from '../../scripts/plan/stand-ins.ts';
import { realProject } from '../support/real-project.ts';

const host = realProject();
const distros = [...new Set((await listTargets(host)).map(({ distro }) => distro))];

describe.each(distros)('the catalogue of rehearsals, for %s', (distro) => {
  test('has every place that packages are taken from', async () => {
    const { spec } = await loadSpec(host, { distro });
    const places = standInPlaces(spec.distro, await loadRehearsal(host, spec.distro.family)).map(({ mirror, suite }) => `${mirror} ${suite}`);
    const wanted = usedRepositories(spec).map(({ mirror, suite }) => `${mirror} ${suite}`);
    expect(wanted.filter((place) => !places.includes(place))).toEqual([]);
  });

  test('takes no account away that its facts name', async () => {
    const { spec } = await loadSpec(host, { distro });
    const { facts, family } = spec.distro;
    const { users = [], groups = [] } = (await loadRehearsal(host, family)).absent ?? {};
    expect(users.includes('www-data'), 'what only the root’s own distro brings').toBe(family !== 'debian');
    expect([facts['nginxUser'] ?? '', spec.distro.loginUser].filter((name) => users.includes(name))).toEqual([]);
    expect([facts['sudoGroup'], facts['logGroup'], facts['webGroup']].filter((name) => groups.includes(name ?? ''))).toEqual([]);
  });
});
