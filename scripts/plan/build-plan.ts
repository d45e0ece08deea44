import { BakeError } from '../errors.ts';
import type { BuildPlan, HostFacts, LayerPlan, Step } from '../model/build-plan.ts';
import { LAYER_NAMES, type Component, type ImageSpec, type LayerName, type ShippedFile } from '../model/image-spec.ts';
import { planBase, type BaseChoice } from './base-plan.ts';
import { orderComponents } from './component-order.ts';
import { digestOf } from './digest.ts';
import { factVariable, layerEnv } from './layer-env.ts';
import { layerKeyFields, type UnkeyedLayer } from './layer-keys.ts';
import { packerDialect } from './packer-dialect.ts';
import { repositoryFiles } from './repository-files.ts';

export interface PlanChoice {
  readonly base: BaseChoice;
  /** Digest of the spec that the plan is made from: its parent. */
  readonly specDigest: string;
}

/** Decides everything about a bake before anything is touched. */
export function planBuild(spec: ImageSpec, facts: HostFacts, choice: PlanChoice): BuildPlan {
  const { driver, accelerator, packerVersion } = facts;
  const base = planBase(spec, choice.base, facts);
  return {
    kind: 'BuildPlan',
    schemaVersion: 1,
    parent: choice.specDigest,
    imageId: spec.imageId,
    driver,
    accelerator,
    packer: { version: packerVersion, dialect: packerDialect(packerVersion) },
    base,
    layers: planLayers(spec, facts, base.key),
    output: spec.disk,
    guest: { ...guestSize(facts), loginUser: spec.distro.loginUser },
  };
}

/** A chain: the key of each layer holds the key of the one below. */
function planLayers(spec: ImageSpec, { indexDigests }: HostFacts, baseKey: string): readonly LayerPlan[] {
  const components = orderComponents(spec.components);
  const layers: LayerPlan[] = [];
  for (const name of LAYER_NAMES) {
    const unkeyed = unkeyedLayer({ name, spec, components, parentKey: layers.at(-1)?.key ?? baseKey });
    if (!hasWork(unkeyed)) continue;
    const keyFields = layerKeyFields(unkeyed, spec, indexDigests);
    layers.push({ ...unkeyed, key: digestOf(keyFields), keyFields });
  }
  return layers;
}

interface LayerRequest {
  readonly name: LayerName;
  readonly spec: ImageSpec;
  readonly components: readonly Component[];
  readonly parentKey: string;
}

function unkeyedLayer({ name, spec, components, parentKey }: LayerRequest): UnkeyedLayer {
  const order = components.map(({ id }) => id);
  return {
    name,
    parentKey,
    packages: name === 'packages' ? [...new Set(components.flatMap(({ packages }) => packages))].toSorted() : [],
    steps: name === 'sealed' ? [] : components.flatMap((component) => stepsOf(component, name)),
    files: name === 'configure' ? filesOf(components) : [],
    locks: name === 'app' ? components.flatMap(({ locks }) => locks) : [],
    ...(name === 'packages' ? { ...wantsOf(components), ...keptOf(spec), ...removesOf(spec) } : {}),
    ...(name === 'configure' ? probesOf(spec) : {}),
    env: layerEnv(spec, name, order),
  };
}

function stepsOf({ id, scripts }: Component, name: Exclude<LayerName, 'sealed'>): readonly Step[] {
  const script = scripts[name];
  return script === undefined ? [] : [{ component: id, script }];
}

function filesOf(components: readonly Component[]): readonly ShippedFile[] {
  const files = components.flatMap((component) => component.files).toSorted((a, b) => (a.target < b.target ? -1 : Number(a.target > b.target)));
  const twice = files.find(({ target }, index) => target === files[index + 1]?.target);
  if (twice === undefined) return files;
  const sources = files.filter(({ target }) => target === twice.target).map(({ source }) => source);
  throw new BakeError('CONFIG_INVALID', {
    what: `Two files of this image have the same place, ${twice.target}`,
    fix: 'Remove one of them, or give it a name of its own in the same folder',
    details: sources,
  });
}

/** Absent where there is nothing: keys of images that need none stay as they are. */
function wantsOf(components: readonly Component[]): Pick<UnkeyedLayer, 'modules' | 'versions'> {
  const modules = [...new Set(components.flatMap(({ modules: streams = [] }) => streams))].toSorted();
  const versions = components.flatMap(({ versions: wants = [] }) => wants);
  return { ...(modules.length === 0 ? {} : { modules }), ...(versions.length === 0 ? {} : { versions }) };
}

function removesOf({ distro, components }: ImageSpec): Pick<UnkeyedLayer, 'removes'> {
  const wanted = new Set(components.flatMap(({ packages }) => packages));
  const removes = (distro.vendorBase?.removes ?? []).filter((name) => !wanted.has(name)).toSorted();
  return removes.length === 0 ? {} : { removes };
}

function keptOf(spec: ImageSpec): Pick<UnkeyedLayer, 'repositoryFiles'> {
  const files = repositoryFiles(spec);
  return files.length === 0 ? {} : { repositoryFiles: files };
}

function probesOf({ distro, components }: ImageSpec): Pick<UnkeyedLayer, 'probes'> {
  const probes = (distro.unsure ?? [])
    .filter(({ of }) => components.some(({ id }) => id === of))
    .map(({ fact, probe }) => ({ fact, variable: factVariable(fact), probe }));
  return probes.length === 0 ? {} : { probes };
}

/** The seal is always there: an image that is not sealed is not an image. */
function hasWork({ name, packages, steps, files, locks }: UnkeyedLayer): boolean {
  return name === 'sealed' || packages.length + steps.length + files.length + locks.length > 0;
}

/** Big enough to install packages, small enough to leave the host alive. */
function guestSize({ cpus, memoryMiB }: HostFacts): { readonly cpus: number; readonly memoryMiB: number } {
  return { cpus: Math.min(cpus, 4), memoryMiB: Math.min(4096, Math.max(2048, Math.floor(memoryMiB / 4))) };
}
