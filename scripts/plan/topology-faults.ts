import { BakeError } from '../errors.ts';
import { allNear } from '../errors/nearest.ts';
import type { Topology, TopologyMachine } from '../model/topology.ts';
import { checkNeighbours, checkPrivateAddress } from './private-network.ts';
import { referenceNames, unknownReferences } from './topology.ts';

/** One thing that a topology has against itself. */
export interface TopologyFault {
  readonly path: readonly (string | number)[];
  readonly what: string;
  readonly fix: string;
}

/** Machines of one name or address, addresses outside the network, references to nothing: found before anything is started. */
export function topologyFaults(topology: Topology): readonly TopologyFault[] {
  return topology.machines.flatMap((machine, at) => [
    ...nameFaults(topology, machine, at),
    ...addressFaults(topology, machine, at),
    ...unknownReferences(topology, machine).map((name) => ({
      path: ['machines', at, 'instance'],
      what: `\${${name}} stands for nothing`,
      fix: referenceFix(topology, name),
    })),
  ]);
}

function referenceFix(topology: Topology, name: string): string {
  const near = allNear(name, referenceNames(topology));
  return near.length > 0 ? `did you mean ${near.join(' or ')}?` : `there are: ${referenceNames(topology).join(', ')}`;
}

function nameFaults({ machines }: Topology, { name }: TopologyMachine, at: number): readonly TopologyFault[] {
  if (machines.findIndex((other) => other.name === name) === at) return [];
  return [{ path: ['machines', at, 'name'], what: `there are two machines ${name}`, fix: 'give each a name of its own' }];
}

/** The rules of private networks are those of `launch` itself. */
function addressFaults({ id, network, machines }: Topology, { address }: TopologyMachine, at: number): readonly TopologyFault[] {
  const placed = (ip: string): { readonly network: string; readonly address: string } => ({ network: id, address: `${ip}/${network.split('/')[1] ?? ''}` });
  const others = machines.slice(0, at).map((other) => ({ name: other.name, privateNetwork: placed(other.address) }));
  try {
    checkPrivateAddress(placed(address));
    checkNeighbours(placed(address), [...others, { name: 'the network', privateNetwork: { network: id, address: network } }]);
    return [];
  } catch (error) {
    if (!(error instanceof BakeError)) throw error;
    return [
      { path: ['machines', at, 'address'], what: error.what.replace(/^--address /, ''), fix: `give it an address of ${network} that no other machine has` },
    ];
  }
}
