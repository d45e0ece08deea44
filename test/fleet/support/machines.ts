import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'yaml';
import type { Topology } from '../../../scripts/model/topology.ts';
import { PROJECT_DIR } from '../../boot/support/ingot.ts';

/** What the machines' names begin with; they live beside whatever else is launched. */
export const FLEET = 'fleet';
/** What QEMU itself takes beside a guest's memory, most of it for translated code. */
const OVERHEAD_MIB = 350;
/** What each machine gets where there is room, and the least with which every image does its first boot. */
const SIZES_MIB = [1536, 1024] as const;

export interface Machine {
  readonly name: string;
  readonly role: string;
  readonly address: string;
}

const topology = parse(readFileSync(join(PROJECT_DIR, 'config/topologies/ha.yaml'), 'utf8')) as Topology;

/** The machines of the topology, those that others need first. */
export const MACHINES: readonly Machine[] = topology.machines.map(({ name, role, address }) => ({ name: `${FLEET}-${name}`, role, address }));

/** As much memory for each machine as this host's free memory allows; an error, never less than a fleet, where it does not. */
export function memoryOfEach(freeMiB = availableMiB()): number {
  const needed = (each: number): number => MACHINES.length * (each + OVERHEAD_MIB);
  const size = SIZES_MIB.find((each) => needed(each) <= freeMiB);
  if (size === undefined) throw new Error(`The fleet needs ${needed(SIZES_MIB[1])} MiB of free memory; this host has ${freeMiB} MiB`);
  return size;
}

/** What the load balancer is told when its engine is changed while it runs. */
export function balancerSettings(engine: 'nginx' | 'haproxy'): object {
  const backends = topology.machines.filter(({ role }) => role === 'app').map(({ address }) => address);
  return { internal_range: topology.network, backends, load_balancer: engine };
}

function availableMiB(): number {
  return Math.floor(Number(/^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) / 1024);
}
