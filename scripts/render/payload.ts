import { BakeError } from '../errors.ts';
import type { LayerPlan } from '../model/build-plan.ts';
import type { Component, ImageSpec, ShippedFile, SourceFile, SourceTexts } from '../model/image-spec.ts';
import { TEMPLATE_DISTRO_FIELDS } from '../model/template-context.ts';
import { renderGuestEnv } from './guest-env.ts';
import { renderTemplate } from './template.ts';

/** A file that a renderer wants written. */
export interface RenderedFile {
  /** Relative, `/`-separated. */
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

export interface PayloadRequest {
  readonly spec: ImageSpec;
  readonly layer: LayerPlan;
  readonly texts: SourceTexts;
}

const SCRIPT_MODE = 0o755;
const DATA_MODE = 0o644;

/** All that the guest gets for one layer: the same folder for both drivers, below /run/ingot/payload. */
export function renderPayload(request: PayloadRequest): readonly RenderedFile[] {
  const { layer } = request;
  const files = layer.files.map((file) => shippedFile(request, file));
  return [
    ...libraryFiles(request),
    data('layer', `${layer.name}\n`),
    data('guest.env', renderGuestEnv(layer.env)),
    ...(layer.packages.length > 0 ? [data('packages.list', lines(layer.packages))] : []),
    ...(layer.removes === undefined ? [] : [data('removed.list', lines(layer.removes))]),
    ...(layer.steps.length > 0 ? [data('steps.list', lines(layer.steps.map(({ component, script }) => `${component}\t${stepPath(component, script)}`)))] : []),
    ...layer.steps.map(({ component, script }) => ({ path: stepPath(component, script), text: textOf(request.texts, script), mode: SCRIPT_MODE })),
    ...(files.length > 0 ? [data('files.list', lines(layer.files.map(fileLine).toSorted()))] : []),
    ...files,
    ...repositoriesOf(request),
    ...(layer.modules === undefined ? [] : [data('modules.list', lines(layer.modules))]),
    ...(layer.versions === undefined
      ? []
      : [data('versions.list', lines(layer.versions.map(({ name, atLeast, expected = '-', run }) => [name, atLeast, expected, run].join('\t'))))]),
    ...(layer.probes === undefined ? [] : [data('probes.list', lines(layer.probes.map(({ fact, variable, probe }) => `${fact}\t${variable}\t${probe}`)))]),
  ];
}

/** What the image keeps of third parties' repositories lies there before the first index is read. */
function repositoriesOf({ layer, texts }: PayloadRequest): readonly RenderedFile[] {
  const files = (layer.repositoryFiles ?? []).map(({ target, content }) => ({
    target,
    text: 'text' in content ? content.text : textOf(texts, content.source),
  }));
  if (files.length === 0) return [];
  return [
    data('repositories.list', lines(files.map(({ target }) => ['0644', 'root', 'root', checkedTarget(target)].join('\t')))),
    ...files.map(({ target, text }) => data(`repositories${target}`, text)),
  ];
}

/** `packer/run-layer.sh` becomes `run-layer.sh`, `packer/lib/x.sh` becomes `lib/x.sh`; the seal travels with the last layer only. */
function libraryFiles({ spec, layer, texts }: PayloadRequest): readonly RenderedFile[] {
  return spec.guestLibrary
    .filter(({ source }) => layer.name === 'sealed' || !source.endsWith('/seal.sh'))
    .map((file) => ({ path: file.source.replace(/^packer\//, ''), text: textOf(texts, file), mode: SCRIPT_MODE }));
}

function stepPath(component: string, { source }: SourceFile): string {
  return `steps/${component}/${source.slice(source.lastIndexOf('/') + 1)}`;
}

function fileLine({ mode, owner, group, target }: ShippedFile): string {
  return [mode, owner, group, checkedTarget(target)].join('\t');
}

function checkedTarget(target: string): string {
  if (/^(\/[^/\t\n\0]+)+$/.test(target) && !target.split('/').some((part) => part === '.' || part === '..')) return target;
  throw new BakeError('CONFIG_INVALID', {
    what: `${JSON.stringify(target)} is not a place for a file of the image`,
    fix: 'Use an absolute path without `..`, tabs and line ends',
  });
}

function shippedFile(request: PayloadRequest, file: ShippedFile): RenderedFile {
  const text = textOf(request.texts, file);
  return {
    path: `files${checkedTarget(file.target)}`,
    text: file.template ? renderTemplate({ path: file.source, text, context: templateContext(request.spec, file) }) : text,
    mode: Number.parseInt(file.mode, 8) & 0o777,
  };
}

function templateContext(spec: ImageSpec, { source }: ShippedFile): Readonly<Record<string, unknown>> {
  const component = spec.components.find(({ files }) => files.some((file) => file.source === source));
  return {
    distro: Object.fromEntries(TEMPLATE_DISTRO_FIELDS.map((field) => [field, spec.distro[field]])),
    facts: spec.distro.facts,
    image: spec.image,
    role: spec.role,
    loginUser: spec.distro.loginUser,
    params: component === undefined ? {} : parametersOf(component),
    components: Object.fromEntries(spec.components.map(({ id }) => [id, true])),
  };
}

/** Only parameters of the configure layer: others would change a file without changing the layer's key. */
function parametersOf({ parameters }: Component): Readonly<Record<string, unknown>> {
  return Object.fromEntries(parameters.filter(({ layers }) => layers.includes('configure')).map(({ name, value }) => [name, value]));
}

function textOf(texts: SourceTexts, { source }: SourceFile): string {
  const text = texts.get(source);
  if (text !== undefined) return text;
  throw new BakeError('BUG', {
    what: `The text of ${source} did not travel with the image's spec`,
    fix: 'Report this: every source file of a spec must come with its text',
  });
}

function data(path: string, text: string): RenderedFile {
  return { path, text, mode: DATA_MODE };
}

function lines(of: readonly string[]): string {
  return of.map((line) => `${line}\n`).join('');
}
