import { TEMPLATE_DISTRO_FIELDS } from '../model/template-context.ts';
import type { KeyFields, LayerPlan } from '../model/build-plan.ts';
import type { ImageSpec, LanguageLock, ShippedFile } from '../model/image-spec.ts';
import { BakeError } from '../errors.ts';
import { canonicalJson, digestOfText } from './digest.ts';
import { usedRepositories } from './repository-files.ts';

/** Raised when the same fields begin to give other bytes: the way a layer is made has changed. 2: no deleted data in free blocks. */
export const LAYER_FORMAT = '2';

/** A layer about which everything is decided but its key. */
export type UnkeyedLayer = Omit<LayerPlan, 'key' | 'keyFields'>;

type IndexDigests = Readonly<Record<string, string>>;

/** Everything that can change a layer's bytes, under names that say what they are; nothing else, or it would be rebuilt for no reason. */
export function layerKeyFields(layer: UnkeyedLayer, spec: ImageSpec, indexDigests: IndexDigests): KeyFields {
  const fields: readonly (readonly [string, string])[] = [
    ['parent', layer.parentKey],
    ['format', LAYER_FORMAT],
    ...libraryOf(layer, spec).map(({ source, sha256 }) => [`library ${source}`, sha256] as const),
    ...Object.entries(layer.env).map(([name, value]) => [`env ${name}`, short(value)] as const),
    ...layer.packages.map((name) => [`package ${name}`, '1'] as const),
    ...layer.steps.map(({ script }) => [`script ${script.source}`, script.sha256] as const),
    ...layer.files.flatMap(fileFields),
    ...layer.locks.flatMap((lock) => lockFields(lock, spec)),
    ...(layer.files.some(({ template }) => template) ? templateFields(spec) : []),
    ...(layer.name === 'packages' ? [...repositoryFields(spec, indexDigests), ...substituteFields(spec)] : []),
    ...wantFields(layer),
    ...orderFields(layer),
    ...(layer.name === 'sealed' ? [['compression', spec.disk.compression] as const] : []),
  ];
  return Object.fromEntries(fields.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b))));
}

/** A digest of the place and the content of each repository that packages of this image come from. */
export function repositoryFields(spec: ImageSpec, indexDigests: IndexDigests): readonly (readonly [string, string])[] {
  return usedRepositories(spec).flatMap(({ id }) => [
    [`index ${id}`, indexDigestOf(id, indexDigests)] as const,
    [`repository ${id}`, publicPlace(spec, id)] as const,
  ]);
}

/** Packages that another key than the pinned one vouched for are other packages. */
function substituteFields({ keys = [] }: ImageSpec): readonly (readonly [string, string])[] {
  return keys.filter(({ substitutePath }) => substitutePath !== undefined).map(({ id, fingerprint }) => [`substitute key ${id}`, fingerprint] as const);
}

/** Where third parties' packages go on coming from, who signs them, and which versions are taken. */
function wantFields({ removes = [], modules = [], versions = [], probes = [], repositoryFiles = [] }: UnkeyedLayer): readonly (readonly [string, string])[] {
  return [
    ...removes.map((name) => [`removed ${name}`, '1'] as const),
    ...modules.map((name) => [`module ${name}`, '1'] as const),
    ...versions.map(({ name, run, atLeast, expected = '' }) => [`version ${name}`, short(`${atLeast} ${expected} ${run}`)] as const),
    ...probes.map(({ fact, probe }) => [`probe ${fact}`, probe] as const),
    ...repositoryFiles.map(({ target, content }) => [`kept ${target}`, 'text' in content ? short(content.text) : content.source.sha256] as const),
  ];
}

/** Seal.sh runs in the last layer only: a change of it must not rebuild the others. */
function libraryOf({ name }: UnkeyedLayer, { guestLibrary }: ImageSpec): ImageSpec['guestLibrary'] {
  return guestLibrary.filter(({ source }) => name === 'sealed' || !isSealScript(source));
}

/** Known by its name: it is the one script of the library that only the last layer runs. */
export function isSealScript(source: string): boolean {
  return source.endsWith('/seal.sh');
}

function fileFields({ source, sha256, target, mode, owner, group }: ShippedFile): readonly (readonly [string, string])[] {
  return [
    [`file ${source}`, sha256],
    [`mode ${target}`, `${mode} ${owner}:${group}`],
  ];
}

/** The interpreter decides which wheels a lock stands for. */
function lockFields({ kind, source, sha256, manifest }: LanguageLock, { distro }: ImageSpec): readonly (readonly [string, string])[] {
  return [
    [`lock ${source}`, sha256],
    ...(manifest === undefined ? [] : [[`lock ${manifest.source}`, manifest.sha256] as const]),
    ...(kind === 'pip' ? [['python', distro.python] as const] : []),
  ];
}

/** What holes may see besides the parameters, which are in the environment anyway. */
function templateFields({ distro }: ImageSpec): readonly (readonly [string, string])[] {
  return TEMPLATE_DISTRO_FIELDS.map((field) => [`distro ${field}`, asText(distro[field])] as const);
}

/** Scripts are in the fields by name; this one changes when their order does. */
function orderFields({ steps }: UnkeyedLayer): readonly (readonly [string, string])[] {
  return steps.length < 2 ? [] : [['order', short(steps.map(({ component }) => component).join(' '))]];
}

function publicPlace({ distro, mirrors }: ImageSpec, id: string): string {
  const repository = distro.repositories.find((candidate) => candidate.id === id);
  const mirror = mirrors.find((candidate) => candidate.id === repository?.mirror);
  if (repository === undefined || mirror === undefined) {
    throw new BakeError('CONFIG_INVALID', {
      what: `Repository ${id} of ${distro.id} names the mirror ${JSON.stringify(repository?.mirror)}, which config/mirrors.yaml does not have`,
      fix: `Add the mirror to config/mirrors.yaml or correct \`mirror\` in config/distros/${distro.id}.yaml`,
    });
  }
  const { suite, components, base, signedBy, frozen = false } = repository;
  // The distro's own stay in the image as they are written, with their key ring and whether an old index is taken.
  return [mirror.url, suite, ...components, ...(base ? [`signed-by=${signedBy}`, ...(frozen ? ['frozen'] : [])] : [])].join(' ');
}

function indexDigestOf(id: string, indexDigests: IndexDigests): string {
  const digest = indexDigests[id];
  if (digest !== undefined) return digest;
  throw new BakeError('BUG', {
    what: `No digest of the index of repository ${id} was given to the plan`,
    fix: 'Report this: the host facts must have one for each repository of the distro',
  });
}

function asText(value: unknown): string {
  return short(typeof value === 'string' ? value : canonicalJson(value));
}

/** A key is compared and printed: long values stand there as their digest. */
function short(value: string): string {
  return value.length <= 120 ? value : `sha256:${digestOfText(value)}`;
}
