import { expect, test } from 'vitest';
import type { Topology } from '../../scripts/model/topology.ts';
import { topologyFaults } from '../../scripts/plan/topology-faults.ts';

const PAIR: Topology = {
  ...{ id: 'pair', title: 'Pair', image: 'box', distro: 'tin-1', network: '10.77.0.0/24', secrets: [] },
  machines: [
    { name: 'a', role: 'small', address: '10.77.0.10', instance: { range: '${network}' } },
    { name: 'b', role: 'small', address: '10.77.0.11', instance: { peer: '${machines.a.address}' } },
  ],
};
const withSecond = (change: Partial<Topology['machines'][number]>): Topology => ({
  ...PAIR,
  machines: PAIR.machines.map((machine, at) => (at === 1 ? { ...machine, ...change } : machine)),
});

test('nothing is wrong with what is right', () => {
  expect(topologyFaults(PAIR)).toEqual([]);
});

test.each([
  [{ name: 'a' }, 'name', 'there are two machines a'],
  [{ address: '10.77.0.10' }, 'address', '10.77.0.10 is the address of the VM a'],
  [{ address: '10.78.0.11' }, 'address', 'The private network pair is 10.77.0.0/24'],
  [{ address: '10.77.0.255' }, 'address', 'is the network itself or its broadcast address'],
  [{ instance: { peer: '${machines.c.address}' } }, 'instance', '${machines.c.address} stands for nothing'],
] as const)('%j is found', (change, field, what) => {
  const faults = topologyFaults(withSecond(change));
  expect(faults.map(({ path }) => path)).toContainEqual(['machines', 1, field]);
  expect(faults.map((fault) => fault.what).join('\n')).toContain(what);
});
