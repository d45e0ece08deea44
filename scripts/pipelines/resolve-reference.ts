import { chooseTarget } from '../config/choose-target.ts';
import { loadCatalogue } from '../config/load-catalogue.ts';
import type { Reference } from '../model/release-name.ts';
import { parseReference, splitReference, type KnownNames } from '../plan/reference.ts';
import type { Desk } from '../stages/stage.ts';
import type { Store } from '../store/store.ts';

/** Spells a reference in full. The configuration is read only for short forms: what a store holds can be launched without it. */
export async function resolveReference({ host }: Pick<Desk, 'host'>, store: Store, text: string): Promise<Reference> {
  const { name } = splitReference(text);
  const published = [...new Set((await store.readIndex()).releases.map(({ imageId }) => imageId))];
  if (published.includes(name)) return parseReference(text, { imageIds: published, aliases: {}, defaultImage: '', defaultRole: '' });
  return parseReference(text, await knownNames(host, published, name));
}

async function knownNames(host: Desk['host'], published: readonly string[], name: string): Promise<KnownNames> {
  const catalogue = await loadCatalogue(host);
  const distros = [...catalogue.distros.entries.values()].map(({ value }) => value);
  const images = [...catalogue.images.entries.values()].map(({ value }) => value);
  const described = images.flatMap((image) => Object.keys(image.roles).flatMap((role) => image.distros.map((distro) => `${image.id}-${role}-${distro}`)));
  const aliases = Object.fromEntries(distros.flatMap(({ id, aliases: others }) => [...others, id].map((alias) => [alias, id])));
  const target = Object.hasOwn(aliases, name) ? chooseTarget(catalogue, { distro: name }) : undefined;
  return { imageIds: [...new Set([...published, ...described])], aliases, defaultImage: target?.image.id ?? '', defaultRole: target?.roleId ?? '' };
}
