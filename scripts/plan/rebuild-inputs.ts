import type { LayerOutcome } from '../model/bake-outcome.ts';
import type { InputChange } from '../model/rebuild-report.ts';
import type { Dependency } from './provenance.ts';

/** What the provenance of a release says of its making, as far as making it again takes. */
export interface Recipe {
  readonly image: string;
  readonly role: string;
  readonly distro: string;
  /** `bootstrap`, `cloud-image` or `file`. */
  readonly base: string;
  readonly compression: 'zstd' | 'zlib';
  readonly driver: 'native' | 'vm';
  readonly layers: readonly { readonly name: string; readonly key: string }[];
  /** Name → digest, or what else it is known by. */
  readonly dependencies: ReadonlyMap<string, string>;
}

/** Reads the statement of a release's provenance; undefined when it is not one that Ingot wrote. */
export function recipeOf(payload: string): Recipe | undefined {
  try {
    const { predicate } = JSON.parse(payload) as { readonly predicate: Predicate };
    const { externalParameters, internalParameters, resolvedDependencies, buildType } = predicate.buildDefinition;
    const { driver, layers } = internalParameters;
    if (buildType !== 'urn:ingot:bake:v1' || !Array.isArray(layers)) return undefined;
    return { ...externalParameters, driver, layers, dependencies: identitiesOf(resolvedDependencies) };
  } catch {
    return undefined;
  }
}

interface Predicate {
  readonly buildDefinition: {
    readonly buildType: string;
    readonly externalParameters: Pick<Recipe, 'image' | 'role' | 'distro' | 'base' | 'compression'>;
    readonly internalParameters: Pick<Recipe, 'driver' | 'layers'>;
    readonly resolvedDependencies: readonly Dependency[];
  };
}

/** Several may have one name: they are one thing, with all their digests. */
function identitiesOf(dependencies: readonly Dependency[]): ReadonlyMap<string, string> {
  const identities = new Map<string, string>();
  for (const { name, uri = '', digest } of dependencies) {
    const identity = digest === undefined ? uri : Object.values(digest).join(' ');
    identities.set(name, [identities.get(name) ?? [], identity].flat().join(' '));
  }
  return identities;
}

/** Layers that would be made from something else today: their keys hold everything that can change their bytes. */
export function changedLayers({ layers }: Recipe, now: readonly LayerOutcome[]): readonly InputChange[] {
  return layers.flatMap(({ name, key }) => {
    const today = now.find((layer) => layer.name === name)?.key ?? 'absent';
    return today === key ? [] : [{ name: `layer ${name}`, released: key, now: today }];
  });
}

/** Everything that a disk was made from which another was not. Another commit with the same layers changes nothing in them, and is no change. */
export function changedInputs({ dependencies }: Recipe, today: readonly Dependency[]): readonly InputChange[] {
  const rebuilt = identitiesOf(today);
  const names = [...new Set([...dependencies.keys(), ...rebuilt.keys()])].filter((name) => name !== 'source');
  return names.flatMap((name) => {
    const [before, now] = [dependencies.get(name) ?? 'absent', rebuilt.get(name) ?? 'absent'];
    return before === now ? [] : [{ name, released: before, now }];
  });
}
