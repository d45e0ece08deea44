import { expect, test } from 'vitest';
import { askedDistros } from '../../scripts/config/asked-distros.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { DISTRO, project } from './project.ts';

const twoDistros = (): FakeHost => project({ 'config/distros/tin-2.yaml': { yaml: { ...DISTRO, id: 'tin-2', aliases: ['next'], state: 'facts' } } });

test('without a name, those that are ready; else those that are named, by id or alias', async () => {
  const host = twoDistros();
  const idsOf = async (names: readonly string[]): Promise<readonly string[]> => (await askedDistros(host, names)).map(({ id }) => id);
  expect(await idsOf([])).toEqual(['tin-1']);
  expect(await idsOf(['next'])).toEqual(['tin-2']);
  expect(await idsOf(['tin-2', 'tin'])).toEqual(['tin-2', 'tin-1']);
});

test('a name that nobody has is refused with the nearest', async () => {
  await expect(askedDistros(twoDistros(), ['tim'])).rejects.toMatchObject({ code: 'USAGE', what: 'There is no distro "tim"' });
});

test('while the configuration has faults, none is ready: whoever bakes is told of them', async () => {
  expect(await askedDistros(project({ 'config/mirrors.yaml': 'not: [valid' }), [])).toEqual([]);
});
