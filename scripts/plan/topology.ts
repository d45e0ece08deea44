import type { InstanceValue, Topology, TopologyMachine } from '../model/topology.ts';
import type { PrivateAddress } from './private-network.ts';

/** One machine of a topology, ready to be launched. */
export interface PlannedMachine {
  readonly name: string;
  readonly imageId: string;
  readonly profile?: string;
  readonly privateNetwork: PrivateAddress;
  /** Its own settings as a text that YAML readers take. */
  readonly instanceData: string;
}

export interface TopologyWish {
  /** What the machines' names begin with, and what their network is called. */
  readonly prefix: string;
  /** By name. */
  readonly secrets: Readonly<Record<string, string>>;
}

const REFERENCE = /\$\{([^}]*)\}/g;

/** Works out every machine of a topology: its name, its image, its address, and its settings with each reference replaced. */
export function planTopology(topology: Topology, wish: TopologyWish): readonly PlannedMachine[] {
  const values = referenceValues(topology, wish.secrets);
  const size = topology.network.split('/')[1] ?? '';
  return topology.machines.map(({ name, role, profile, address, instance }) => ({
    name: `${wish.prefix}-${name}`,
    imageId: `${topology.image}-${role}-${topology.distro}`,
    ...(profile === undefined ? {} : { profile }),
    privateNetwork: { network: wish.prefix, address: `${address}/${size}` },
    instanceData: `${JSON.stringify(filled(instance, values))}\n`,
  }));
}

/** References of a machine's settings that stand for nothing. */
export function unknownReferences(topology: Topology, { instance }: TopologyMachine): readonly string[] {
  const values = referenceValues(topology, Object.fromEntries(topology.secrets.map((name) => [name, ''])));
  return textsIn(instance)
    .flatMap((text) => [...text.matchAll(REFERENCE)].map(([, name = '']) => name))
    .filter((name) => !values.has(name));
}

/** Everything that a reference can stand for. */
export function referenceNames(topology: Topology): readonly string[] {
  return [...referenceValues(topology, Object.fromEntries(topology.secrets.map((name) => [name, '']))).keys()];
}

function referenceValues({ network, machines, secrets }: Topology, made: TopologyWish['secrets']): ReadonlyMap<string, string> {
  return new Map([
    ['network', network],
    ...machines.map(({ name, address }) => [`machines.${name}.address`, address] as const),
    ...secrets.map((name) => [`secrets.${name}`, made[name] ?? ''] as const),
  ]);
}

function filled(value: InstanceValue, values: ReadonlyMap<string, string>): InstanceValue {
  if (typeof value === 'string') return value.replaceAll(REFERENCE, (whole, name: string) => values.get(name) ?? whole);
  if (typeof value !== 'object' || value === null) return value;
  if (isList(value)) return value.map((item) => filled(item, values));
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, filled(item, values)]));
}

function textsIn(value: InstanceValue): readonly string[] {
  if (typeof value === 'string') return [value];
  if (typeof value !== 'object' || value === null) return [];
  return (isList(value) ? value : Object.values(value)).flatMap(textsIn);
}

function isList(value: InstanceValue): value is readonly InstanceValue[] {
  return Array.isArray(value);
}
