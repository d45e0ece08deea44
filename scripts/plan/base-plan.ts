import { BakeError } from '../errors.ts';
import type { BasePlan, HostFacts, KeyFields } from '../model/build-plan.ts';
import type { BootstrapBase, CloudImageBase } from '../model/distro.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { digestOf } from './digest.ts';
import { repositoryFields } from './layer-keys.ts';

/** Raised when the same fields begin to give another base: the way it is made has changed. */
export const BASE_FORMAT = '1';

export type BaseChoice = 'auto' | 'bootstrap' | 'cloud-image' | { readonly path: string; readonly sha256: string };

/** What the first layer stands on. Its key says what it is made of, never which mirror or driver this host happens to use. */
export function planBase(spec: ImageSpec, choice: BaseChoice, facts: HostFacts): BasePlan {
  if (typeof choice === 'object') return filePlan(spec, choice);
  const kind = choice === 'auto' ? spec.distro.defaultBase : choice;
  const { bootstrap, cloudImage } = spec.distro;
  if (kind === 'bootstrap' && bootstrap !== undefined) return bootstrapPlan(spec, bootstrap, facts);
  if (kind === 'cloud-image' && cloudImage !== undefined) return cloudImagePlan(spec, cloudImage);
  throw new BakeError('CONFIG_INVALID', {
    what: `${spec.distro.id} has no base of the kind ${kind}`,
    fix: `Use --base ${kind === 'bootstrap' ? 'cloud-image' : 'bootstrap'} or --base FILE, or describe one in config/distros/${spec.distro.id}.yaml`,
  });
}

/** A base made here is made anew whenever its repositories change: an old base would carry old packages into a new image. */
function bootstrapPlan(spec: ImageSpec, { suite, packages, keyring }: BootstrapBase, { indexDigests, bootstrapScript }: HostFacts): BasePlan {
  const { virtualSizeMiB } = spec.disk;
  const ofBase = { ...spec, components: [] };
  const fields = {
    ...fieldsOfAll(spec, 'bootstrap'),
    'script packer/bootstrap-disk.sh': bootstrapScript,
    suite,
    keyring,
    ...Object.fromEntries(packages.toSorted().map((name) => [`package ${name}`, '1'])),
    ...Object.fromEntries(repositoryFields(ofBase, indexDigests)),
  };
  return { kind: 'bootstrap', ...keyed(fields), suite, packages, keyring, virtualSizeMiB };
}

/** The digest alone names a vendor's image: the same bytes from another place are the same base. */
function cloudImagePlan(spec: ImageSpec, { mirror: mirrorId, path, digest: { algorithm, hex } }: CloudImageBase): BasePlan {
  const mirror = spec.mirrors.find(({ id }) => id === mirrorId);
  if (mirror === undefined) {
    throw new BakeError('CONFIG_INVALID', {
      what: `The cloud image of ${spec.distro.id} names the mirror ${JSON.stringify(mirrorId)}, which config/mirrors.yaml does not have`,
      fix: `Add the mirror to config/mirrors.yaml or correct \`cloudImage.mirror\` in config/distros/${spec.distro.id}.yaml`,
    });
  }
  const url = `${mirror.bakeUrl.replace(/\/+$/, '')}/${path.replace(/^\/+/, '')}`;
  return { kind: 'cloud-image', ...keyed({ ...fieldsOfAll(spec, 'cloud-image'), [algorithm]: hex }), url, algorithm, hex };
}

function filePlan(spec: ImageSpec, { path, sha256 }: { readonly path: string; readonly sha256: string }): BasePlan {
  return { kind: 'file', ...keyed({ ...fieldsOfAll(spec, 'file'), sha256 }), path };
}

function fieldsOfAll({ disk }: ImageSpec, kind: BasePlan['kind']): KeyFields {
  return { format: BASE_FORMAT, kind, virtualSizeMiB: String(disk.virtualSizeMiB) };
}

function keyed(keyFields: KeyFields): { readonly key: string; readonly keyFields: KeyFields } {
  return { key: digestOf(keyFields), keyFields };
}
