import type { Host } from '../host/host.ts';
import { loadCatalogue } from './load-catalogue.ts';

/** One thing that can be asked for. */
export interface ListedTarget {
  readonly image: string;
  readonly role: string;
  readonly distro: string;
  readonly state: 'ready' | 'facts';
}

/** Every image × role × distro that the configuration describes: what the nightly run and help texts go through. */
export async function listTargets(host: Host, configDir?: string): Promise<readonly ListedTarget[]> {
  const { images, distros } = await loadCatalogue(host, configDir);
  return [...images.entries.values()].flatMap(({ value: image }) =>
    image.distros.flatMap((id) => {
      const state = distros.entries.get(id)?.value.state;
      return state === undefined ? [] : Object.keys(image.roles).map((role) => ({ image: image.id, role, distro: id, state }));
    }),
  );
}
