import { BakeError } from '../errors.ts';
import { allNear } from '../errors/nearest.ts';
import { CHANNEL_PATTERN, IMAGE_ID_PATTERN, SHA256_PATTERN, VERSION_PATTERN, type Reference, type Selector } from '../model/release-name.ts';

/** What the short forms of a reference stand for. */
export interface KnownNames {
  /** Images of the store and of the configuration. */
  readonly imageIds: readonly string[];
  /** Alias → distro id; a distro's own id may be among the aliases. */
  readonly aliases: Readonly<Record<string, string>>;
  readonly defaultImage: string;
  readonly defaultRole: string;
}

/** Reads a distro, its alias, or an image id (`<image>-<role>-<distro>`), each with `@channel`, `@version` or `@sha256:…`; without one, `latest` is meant. */
export function parseReference(text: string, known: KnownNames): Reference {
  const { name, selector } = splitReference(text);
  return { imageId: imageIdOf(name, known), selector: parseSelector(text, selector ?? 'latest') };
}

/** The image part of a reference, before anything is known of it: what a configuration is asked about. */
export function splitReference(text: string): { readonly name: string; readonly selector: string | undefined } {
  const at = text.indexOf('@');
  return at === -1 ? { name: text, selector: undefined } : { name: text.slice(0, at), selector: text.slice(at + 1) };
}

/** Spells a reference in full. */
export function formatReference({ imageId, selector }: Reference): string {
  if (selector.kind === 'channel') return `${imageId}@${selector.channel}`;
  return selector.kind === 'version' ? `${imageId}@${selector.version}` : `${imageId}@sha256:${selector.sha256}`;
}

function imageIdOf(name: string, known: KnownNames): string {
  if (!IMAGE_ID_PATTERN.test(name)) {
    throw new BakeError('USAGE', {
      what: `${JSON.stringify(name.slice(0, 80))} is not a name that an image can have`,
      fix: 'Use small letters, digits, dots and dashes, such as aikovrr-standalone-debian-12 or debian',
    });
  }
  if (known.imageIds.includes(name)) return name;
  const distro = Object.hasOwn(known.aliases, name) ? known.aliases[name] : undefined;
  const imageId = `${known.defaultImage}-${known.defaultRole}-${distro ?? name}`;
  if (distro !== undefined || known.imageIds.includes(imageId)) return imageId;
  throw unknownImage(name, known);
}

function unknownImage(name: string, known: KnownNames): BakeError {
  const suggestions = allNear(name, [...known.imageIds, ...Object.keys(known.aliases)]);
  return new BakeError('RELEASE_NOT_FOUND', {
    what: `There is no image ${name}`,
    fix:
      suggestions.length > 0
        ? `Did you mean ${suggestions.join(' or ')}? \`npm run images\` lists all`
        : '`npm run images` lists what there is; `npm run bake` makes more',
    details: known.imageIds.length > 0 ? [`Known images: ${known.imageIds.join(', ')}`] : [],
  });
}

function parseSelector(text: string, word: string): Selector {
  const sha256 = word.startsWith('sha256:') ? word.slice('sha256:'.length).toLowerCase() : undefined;
  if (sha256 !== undefined && SHA256_PATTERN.test(sha256)) return { kind: 'digest', sha256 };
  if (VERSION_PATTERN.test(word)) return { kind: 'version', version: word };
  if (CHANNEL_PATTERN.test(word)) return { kind: 'channel', channel: word };
  throw new BakeError('USAGE', {
    what: `${JSON.stringify(text.slice(0, 160))} does not say which release: the part after @ is neither a channel, a version nor a digest`,
    fix: 'Use @latest, @YYYY.MM.DD-N or @sha256: with 64 hex digits',
  });
}
