import type { Budget } from '../model/budget.ts';
import type { Distro, VendorBase } from '../model/distro.ts';
import type { Component, ImageSpec, SourceFile, SourceTexts } from '../model/image-spec.ts';
import type { AptEntry } from './apt-sources.ts';
import type { Catalogue } from './catalogue.ts';
import type { Target } from './choose-target.ts';
import { resolveComponent } from './resolve-component.ts';
import { resolveKeys, type Substitute } from './resolve-keys.ts';
import { resolveMirrors } from './resolve-mirrors.ts';

/** What the machine says about mirrors. */
export interface MirrorSettings {
  readonly overrides: ReadonlyMap<string, string>;
  readonly hostEntries: readonly AptEntry[];
  readonly substitutes: ReadonlyMap<string, Substitute>;
}

/** Turns the catalogue into the one document about one image of one role for one distro, with the texts of what it ships. */
export function resolveSpec(catalogue: Catalogue, target: Target, settings: MirrorSettings): { readonly spec: ImageSpec; readonly texts: SourceTexts } {
  const { image, roleId, role, distro } = target;
  const components = resolveComponents(catalogue, target);
  const lockedImage = catalogue.locks.entries.get(distro.id)?.value;
  const checklist = image.checklist === undefined ? undefined : catalogue.checklists.entries.get(image.checklist)?.value;
  const keys = resolveKeys({ keys: catalogue.mirrors?.value.keys ?? {}, distro, components, files: catalogue.keyFiles, substitutes: settings.substitutes });
  const spec: ImageSpec = {
    kind: 'ImageSpec',
    schemaVersion: 1,
    parent: null,
    imageId: `${image.id}-${roleId}-${distro.id}`,
    image: image.id,
    role: roleId,
    title: `${image.title}, ${role.title}, ${distro.title}`,
    distro,
    ...(lockedImage === undefined ? {} : { lockedImage }),
    components,
    mirrors: resolveMirrors({ mirrors: catalogue.mirrors?.value.mirrors ?? {}, distro, components, ...settings }),
    ...(keys.length === 0 ? {} : { keys }),
    onEndOfLife: image.onEndOfLife,
    disk: image.disk,
    guestLibrary: catalogue.guestLibrary,
    defaultProfile: role.profile,
    ...(role.budget === undefined ? {} : { budget: withVendorBase(role.budget, distro) }),
    ...(checklist === undefined ? {} : { checklist }),
  };
  return { spec, texts: textsOf(spec, catalogue.texts) };
}

/** A limit that the image does not set stays unset. */
function withVendorBase(budget: Budget, { vendorBase }: Distro): Budget {
  const raised = Object.entries(vendorBase?.adds ?? {}).map(([measure, more]) => [measure, budget[measure as keyof VendorBase['adds']], more] as const);
  return { ...budget, ...Object.fromEntries(raised.flatMap(([measure, limit, more]) => (limit === undefined ? [] : [[measure, limit + more]]))) };
}

function resolveComponents({ components }: Catalogue, { image, roleId, role, distro }: Target): readonly Component[] {
  const roleValues = Object.hasOwn(image.roleParameters, roleId) ? image.roleParameters[roleId] : undefined;
  const written = (id: string) => components.entries.get(id)?.value.written;
  return role.components
    .toSorted()
    .map((id) => components.entries.get(id))
    .filter((entry) => entry !== undefined)
    .map((entry) => {
      const values = { ...own(image.parameters, entry.id), ...own(roleValues ?? {}, entry.id) };
      const guestFunctions = [...entry.value.written.after, entry.id].flatMap((id) => written(id)?.guestFunctions ?? []);
      return resolveComponent(entry, distro, { values, guestFunctions });
    });
}

function own<Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined {
  return Object.hasOwn(record, key) ? record[key] : undefined;
}

/** Only what this image ships: a component of another role must not travel with it. */
function textsOf({ components, guestLibrary, keys = [] }: ImageSpec, texts: SourceTexts): SourceTexts {
  const keyFiles = keys.flatMap(({ file }) => (file === undefined ? [] : [file]));
  const sources: readonly SourceFile[] = [...guestLibrary, ...components.flatMap(sourcesOf), ...keyFiles];
  return new Map(sources.map(({ source }) => [source, texts.get(source) ?? '']));
}

function sourcesOf({ scripts, files, locks }: Component): readonly SourceFile[] {
  return [...Object.values(scripts), ...files, ...locks, ...locks.flatMap(({ manifest }) => (manifest === undefined ? [] : [manifest]))];
}
