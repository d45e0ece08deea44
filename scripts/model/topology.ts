/** A value of a machine's own settings, in which texts may hold references. */
export type InstanceValue = string | number | boolean | null | readonly InstanceValue[] | { readonly [key: string]: InstanceValue };

/** One machine of a topology. */
export interface TopologyMachine {
  readonly name: string;
  readonly role: string;
  readonly profile?: string;
  readonly address: string;
  readonly instance: { readonly [key: string]: InstanceValue };
}

/** Machines that belong together (config/topologies/<id>.yaml), with the schema's defaults filled in. */
export interface Topology {
  readonly id: string;
  readonly title: string;
  readonly image: string;
  readonly distro: string;
  readonly network: string;
  readonly secrets: readonly string[];
  readonly machines: readonly TopologyMachine[];
}
