import { describe, expect, test } from 'vitest';
import { loadTopology } from '../../scripts/config/load-topology.ts';
import { topologyFaults } from '../../scripts/plan/topology-faults.ts';
import { planTopology } from '../../scripts/plan/topology.ts';
import { checkInstance } from '../../scripts/config/load-instance.ts';
import { listTopologies } from '../support/topologies.ts';
import { realProject } from '../support/real-project.ts';
import { problemsOf, project, type ProjectFile } from './project.ts';

const PAIR = {
  ...{ id: 'pair', title: 'Pair', image: 'box', distro: 'tin-1', network: '10.77.0.0/24', secrets: ['door'] },
  machines: [
    { name: 'a', role: 'small', address: '10.77.0.10', instance: { range: '${network}' } },
    { name: 'b', role: 'full', address: '10.77.0.11' },
  ],
};

const written = (change: object): Readonly<Record<string, ProjectFile>> => ({ 'config/topologies/pair.yaml': { yaml: { ...PAIR, ...change } } });
const problemsWith = (change: object): Promise<readonly string[]> =>
  problemsOf(loadTopology(project(written(change)), { id: 'pair', faultsOf: topologyFaults }));

describe('loadTopology', () => {
  test('gives the topology with its defaults, of the distro that was asked for', async () => {
    const topology = await loadTopology(project(written({})), { id: 'pair', distro: 'tin', faultsOf: topologyFaults });
    expect(topology).toMatchObject({ id: 'pair', distro: 'tin-1', machines: [{ name: 'a' }, { name: 'b', instance: {} }] });
  });

  test('a wrong name is answered with the right one', async () => {
    await expect(loadTopology(project(written({})), { id: 'piar', faultsOf: topologyFaults })).rejects.toMatchObject({
      code: 'USAGE',
      fix: expect.stringContaining('pair') as string,
    });
  });

  test.each([
    ['a role that the image does not have', { machines: [{ ...PAIR.machines[0], role: 'big' }] }, /machines\[0\]\.role: there is no role "big"/],
    ['an image that is not there', { image: 'bax' }, /image: there is no image "bax"; did you mean/],
    ['a distro that the image is not made for', { distro: 'tin-2' }, /distro: there is no distro of the image box "tin-2"/],
    ['a profile that is not there', { machines: [{ ...PAIR.machines[0], profile: 'huge' }] }, /machines\[0\]\.profile: there is no profile "huge"/],
    ['one name twice', { machines: [PAIR.machines[0], { ...PAIR.machines[1], name: 'a' }] }, /there are two machines a/],
    [
      'one address twice',
      { machines: [PAIR.machines[0], { ...PAIR.machines[1], address: '10.77.0.10' }] },
      /machines\[1\]\.address: 10\.77\.0\.10 is the address of the VM a/,
    ],
    ['an address of another network', { machines: [{ ...PAIR.machines[0], address: '10.78.0.10' }] }, /machines\[0\]\.address:/],
    ['an address that is none', { machines: [{ ...PAIR.machines[0], address: '10.77.0.300' }] }, /machines\[0\]\.address:/],
    [
      'a reference to nothing',
      { machines: [{ ...PAIR.machines[0], instance: { a: '${machines.z.address}' } }] },
      /machines\[0\]\.instance: \$\{machines\.z\.address\} stands for nothing/,
    ],
    ['another id than its file has', { id: 'other' }, /id: the file is called pair\.yaml/],
    ['an unknown key', { machine: [] }, /machine: unknown key "machine"; did you mean "machines"/],
  ])('%s is refused', async (_title, change, problem) => {
    expect((await problemsWith(change)).join('\n')).toMatch(problem);
  });
});

test.each(listTopologies())('the project’s own topology %s is right, and so is what each machine is told', async (id) => {
  const topology = await loadTopology(realProject(), { id, faultsOf: topologyFaults });
  const secrets = Object.fromEntries(topology.secrets.map((name) => [name, 'correct horse']));
  const machines = planTopology(topology, { prefix: id, secrets });
  expect(machines.length).toBeGreaterThan(1);
  for (const { name, instanceData } of machines) {
    checkInstance(name, instanceData);
    expect(instanceData).not.toContain('${');
  }
});
