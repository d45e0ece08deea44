import { BakeError } from '../errors.ts';
import type { Distro } from '../model/distro.ts';
import type { Catalogue, Entry, Shelf } from './catalogue.ts';
import { didYouMean } from '../errors/nearest.ts';
import { quoted } from './problem.ts';
import type { WrittenImage, WrittenRole } from './written.ts';

export interface Wish {
  /** Id or alias. */
  readonly distro: string;
  readonly image?: string;
  readonly role?: string;
}

export interface Target {
  readonly distro: Distro;
  readonly image: WrittenImage;
  readonly roleId: string;
  readonly role: WrittenRole;
}

/** Finds what somebody asked for by name, or says which name is nearest and which there are. */
export function chooseTarget({ distros, images }: Catalogue, wish: Wish): Target {
  const image = chooseImage(images, wish.image);
  const distro = chooseDistro(distros, wish.distro);
  if (!image.distros.includes(distro.id))
    throw usage(`The image ${image.id} is not made for ${distro.id}`, `Choose one of ${image.distros.join(', ')}, or add ${distro.id} to its distros`);
  const roleId = wish.role ?? image.defaultRole;
  const role = Object.hasOwn(image.roles, roleId) ? image.roles[roleId] : undefined;
  if (role === undefined) throw unknown(`role ${quoted(roleId)} of the image ${image.id}`, roleId, Object.keys(image.roles));
  return { distro, image, roleId, role };
}

/** The distro of this id or alias, or the nearest name for a remedy. */
export function chooseDistro({ entries }: Shelf<Distro>, name: string): Distro {
  const all = [...entries.values()].map(({ value }) => value);
  const found = all.find(({ id }) => id === name) ?? all.find(({ aliases }) => aliases.includes(name));
  if (found !== undefined) return found;
  throw unknown(
    `distro ${quoted(name)}`,
    name,
    all.flatMap(({ id, aliases }) => [id, ...aliases]),
  );
}

function chooseImage({ entries }: Shelf<WrittenImage>, name: string | undefined): WrittenImage {
  const only: Entry<WrittenImage> | undefined = entries.size === 1 ? [...entries.values()][0] : undefined;
  const found = name === undefined ? only : entries.get(name);
  if (found !== undefined) return found.value;
  const known = [...entries.keys()];
  if (name === undefined)
    throw usage('No image was named, and there is not exactly one', `Name one: ${known.length === 0 ? 'config/images holds none yet' : known.join(', ')}`);
  throw unknown(`image ${quoted(name)}`, name, known);
}

function unknown(what: string, name: string, known: readonly string[]): BakeError {
  return usage(`There is no ${what}`, sentence(didYouMean(name, known)));
}

function usage(what: string, fix: string): BakeError {
  return new BakeError('USAGE', { what, fix });
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
