import type { Host } from '../host/host.ts';
import type { Distro } from '../model/distro.ts';
import { chooseDistro } from './choose-target.ts';
import { listDistros } from './list-distros.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** The distros that somebody has in mind who looks at a host: those that are named, by id or alias, else all that are ready to be baked. */
export async function askedDistros(host: Host, names: readonly string[]): Promise<readonly Distro[]> {
  if (names.length === 0) return (await listDistros(host)).filter(({ state }) => state === 'ready');
  const { distros } = await loadCatalogue(host);
  return names.map((name) => chooseDistro(distros, name));
}
