import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { loadCatalogue } from './load-catalogue.ts';
import type { Distro } from '../model/distro.ts';

/** Every distro of the configuration, for what is said about their support; none while the configuration has faults, which whoever needs it will be told. */
export async function listDistros(host: Host): Promise<readonly Distro[]> {
  const { distros } = await loadCatalogue(host).catch(withoutFaults);
  return [...distros.entries.values()].map(({ value }) => value).toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

function withoutFaults(error: unknown): { readonly distros: { readonly entries: ReadonlyMap<string, { readonly value: Distro }> } } {
  if (error instanceof BakeError && error.code === 'CONFIG_INVALID') return { distros: { entries: new Map() } };
  throw error;
}
