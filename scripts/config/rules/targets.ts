import type { Distro } from '../../model/distro.ts';
import type { Catalogue, Entry, LoadedComponent } from '../catalogue.ts';
import type { WrittenImage } from '../written.ts';

export interface RoleEntry {
  readonly image: Entry<WrittenImage>;
  readonly role: string;
  readonly components: readonly Entry<LoadedComponent>[];
}

/** Every role of every image, with those of its components that could be read. */
export function rolesOf({ images, components }: Catalogue): readonly RoleEntry[] {
  return [...images.entries.values()].flatMap((image) =>
    Object.entries(image.value.roles).map(([role, written]) => ({
      image,
      role,
      components: [...new Set(written.components)].map((id) => components.entries.get(id)).filter((entry) => entry !== undefined),
    })),
  );
}

/** Every component of every role, once for each distro that its image is made for. */
export function targetsOf(catalogue: Catalogue): readonly { readonly component: Entry<LoadedComponent>; readonly distro: Entry<Distro> }[] {
  const pairs = new Map<string, { readonly component: Entry<LoadedComponent>; readonly distro: Entry<Distro> }>();
  for (const { image, components } of rolesOf(catalogue)) {
    const distros = image.value.distros.map((id) => catalogue.distros.entries.get(id)).filter((entry) => entry !== undefined);
    for (const distro of distros) for (const component of components) pairs.set(`${distro.id}/${component.id}`, { component, distro });
  }
  return [...pairs.values()];
}
