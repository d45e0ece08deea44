import { expect, test } from 'vitest';
import type { Topology } from '../../scripts/model/topology.ts';
import { planTopology, referenceNames, unknownReferences } from '../../scripts/plan/topology.ts';

const TOPOLOGY: Topology = {
  ...{ id: 'pair', title: 'Pair', image: 'box', distro: 'tin-1', network: '10.77.0.0/24', secrets: ['door'] },
  machines: [
    { name: 'a', role: 'small', address: '10.77.0.10', instance: { range: '${network}', deep: { list: ['x${secrets.door}y', 7, null, true] } } },
    { name: 'b', role: 'full', profile: 'mini', address: '10.77.0.11', instance: { peer: 'https://${machines.a.address}:443/' } },
  ],
};
const WISH = { prefix: 'mine', secrets: { door: "it's $& {secret}" } };

test('each machine has its name, image, address and settings', () => {
  expect(planTopology(TOPOLOGY, WISH).map(({ instanceData, ...machine }) => ({ ...machine, instance: JSON.parse(instanceData) as unknown }))).toEqual([
    {
      ...{ name: 'mine-a', imageId: 'box-small-tin-1', privateNetwork: { network: 'mine', address: '10.77.0.10/24' } },
      instance: { range: '10.77.0.0/24', deep: { list: ["xit's $& {secret}y", 7, null, true] } },
    },
    {
      ...{ name: 'mine-b', imageId: 'box-full-tin-1', profile: 'mini', privateNetwork: { network: 'mine', address: '10.77.0.11/24' } },
      instance: { peer: 'https://10.77.0.10:443/' },
    },
  ]);
});

test('a secret that looks like a reference stays what it is', () => {
  const [machine] = planTopology(TOPOLOGY, { ...WISH, secrets: { door: '${network}' } });
  expect(machine?.instanceData).toContain('x${network}y');
});

test('references to nothing are named', () => {
  const [machine] = TOPOLOGY.machines;
  if (machine === undefined) throw new Error('no machine');
  expect(unknownReferences(TOPOLOGY, machine)).toEqual([]);
  expect(unknownReferences(TOPOLOGY, { ...machine, instance: { a: ['${machines.c.address}', '${}', '${network}'], b: { c: '${secrets.x}' } } })).toEqual([
    'machines.c.address',
    '',
    'secrets.x',
  ]);
  expect(referenceNames(TOPOLOGY)).toEqual(['network', 'machines.a.address', 'machines.b.address', 'secrets.door']);
});
