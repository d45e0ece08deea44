import { readFileSync } from 'node:fs';
import { stringify } from 'yaml';

export const NETWORK = 'fleet-test';
const RANGE = '10.77.0.0/24';
const PASSWORD = "fleet's $word; `id` #1";
/** What QEMU itself takes beside a guest's memory, most of it for translated code. */
const OVERHEAD_MIB = 350;
/** What each machine gets where there is room, and the least with which its image does its first boot. */
const SIZES = ['memoryMiB', 'leastMiB'] as const;

/** One machine of the fleet: what it is made from, where it is, and what it is told. */
export interface Machine {
  readonly name: string;
  readonly role: string;
  readonly address: string;
  readonly memoryMiB: number;
  readonly instance: string;
}

const DATABASE = { name: 'fleet-db', role: 'db', address: '10.77.0.10', memoryMiB: 1536, leastMiB: 1024 };
const APPS = [
  { name: 'fleet-app1', role: 'app', address: '10.77.0.11', memoryMiB: 1536, leastMiB: 1024 },
  { name: 'fleet-app2', role: 'app', address: '10.77.0.12', memoryMiB: 1536, leastMiB: 1024 },
];
const BALANCER = { name: 'fleet-lb', role: 'lb', address: '10.77.0.13', memoryMiB: 1024, leastMiB: 768 };

/** The fleet in the order in which it starts, as large as this host's free memory allows; an error, never less than a fleet, where it does not. */
export function fleet(freeMiB = availableMiB()): readonly Machine[] {
  const wishes = [
    { ...DATABASE, settings: { internal_range: RANGE, database: { password: PASSWORD } } },
    ...APPS.map((app) => ({ ...app, settings: { internal_range: RANGE, database: { host: DATABASE.address, password: PASSWORD } } })),
    { ...BALANCER, settings: balancerSettings('nginx') },
  ];
  const needed = (size: (typeof SIZES)[number]): number => wishes.reduce((sum, wish) => sum + wish[size] + OVERHEAD_MIB, 0);
  const size = SIZES.find((each) => needed(each) <= freeMiB);
  if (size === undefined) throw new Error(`The fleet needs ${needed('leastMiB')} MiB of free memory; this host has ${freeMiB} MiB`);
  return wishes.map((wish) => ({ ...wish, memoryMiB: wish[size], instance: stringify(wish.settings) }));
}

/** What the load balancer is told; its engine is changed while it runs. */
export function balancerSettings(engine: 'nginx' | 'haproxy'): object {
  return { internal_range: RANGE, backends: APPS.map(({ address }) => address), load_balancer: engine };
}

function availableMiB(): number {
  return Math.floor(Number(/^MemAvailable: +(\d+) kB$/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1] ?? 0) / 1024);
}
