import { expect, test } from 'vitest';
import { listTargets } from '../../scripts/config/list-targets.ts';
import { DISTRO, IMAGE, project } from './project.ts';

test('lists every image × role × distro with the distro’s state', async () => {
  const host = project({
    'config/distros/lead-2.yaml': { yaml: { ...DISTRO, id: 'lead-2', aliases: [], state: 'facts' } },
    'config/images/box.yaml': { yaml: { ...IMAGE, distros: ['tin-1', 'lead-2'] } },
  });
  expect(await listTargets(host)).toEqual([
    { image: 'box', role: 'small', distro: 'tin-1', state: 'ready' },
    { image: 'box', role: 'full', distro: 'tin-1', state: 'ready' },
    { image: 'box', role: 'small', distro: 'lead-2', state: 'facts' },
    { image: 'box', role: 'full', distro: 'lead-2', state: 'facts' },
  ]);
});

test('an image that names no distros is made for all that are described', async () => {
  const { distros: _, ...everywhere } = IMAGE;
  const host = project({
    'config/distros/lead-2.yaml': { yaml: { ...DISTRO, id: 'lead-2', aliases: [], state: 'facts' } },
    'config/images/box.yaml': { yaml: everywhere },
  });
  expect(new Set((await listTargets(host)).map(({ distro }) => distro))).toEqual(new Set(['lead-2', 'tin-1']));
});
