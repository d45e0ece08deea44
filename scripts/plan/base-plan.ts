import { BakeError } from '../errors.ts';
import type { BasePlan, HostFacts, KeyFields } from '../model/build-plan.ts';
import type { BootstrapBase, CloudImageBase, CustomerApi, FileDigest } from '../model/distro.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { digestOf } from './digest.ts';
import { repositoryFields } from './layer-keys.ts';
import { pathOfBuild } from './vendor-builds.ts';

/** Raised when the same fields begin to give another base: the way it is made has changed. */
export const BASE_FORMAT = '1';

/** A file of the caller's own, or the vendor's image by a digest that the caller names instead of the lock. */
export type BaseChoice = 'auto' | 'bootstrap' | 'cloud-image' | { readonly path: string; readonly sha256: string } | { readonly imageDigest: FileDigest };

/** What the first layer stands on. Its key says what it is made of, never which mirror or driver this host happens to use. */
export function planBase(spec: ImageSpec, choice: BaseChoice, facts: HostFacts): BasePlan {
  if (typeof choice === 'object' && 'path' in choice) return filePlan(spec, choice);
  const kind = choice === 'auto' ? spec.distro.defaultBase : typeof choice === 'object' ? 'cloud-image' : choice;
  const { bootstrap, cloudImage } = spec.distro;
  if (kind === 'bootstrap' && bootstrap !== undefined) return bootstrapPlan(spec, bootstrap, facts);
  if (kind === 'cloud-image' && cloudImage !== undefined) return cloudImagePlan(spec, cloudImage, typeof choice === 'object' ? choice.imageDigest : undefined);
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
    ...(keyring === undefined ? {} : { keyring }),
    ...Object.fromEntries(packages.toSorted().map((name) => [`package ${name}`, '1'])),
    ...Object.fromEntries(repositoryFields(ofBase, indexDigests)),
  };
  return { kind: 'bootstrap', ...keyed(fields), suite, packages, virtualSizeMiB };
}

/** The digest alone names a vendor's image: the same bytes from another place are the same base. */
function cloudImagePlan(spec: ImageSpec, image: CloudImageBase, named: FileDigest | undefined): BasePlan {
  const { lockedImage, distro } = spec;
  const digest = named ?? lockedImage?.digest;
  if (digest === undefined) throw notLocked(distro.id);
  const key = keyed({ ...fieldsOfAll(spec, 'cloud-image'), [digest.algorithm]: digest.hex });
  if (image.customerApi !== undefined)
    return { kind: 'cloud-image', ...key, digest, ...customerPlaces(spec, image.mirrors, { api: image.customerApi, digest }) };
  if (named !== undefined || lockedImage === undefined) {
    throw new BakeError('USAGE', {
      what: `The images of ${distro.id} are not asked for by their digest`,
      fix: 'Give the image itself, --base URL#sha256:<hex>, or use --base cloud-image',
    });
  }
  const path = pathOfBuild(image.path, lockedImage.build);
  return { kind: 'cloud-image', ...key, digest, urls: image.mirrors.map((id) => placeAt(spec, id, path)) };
}

function customerPlaces(
  spec: ImageSpec,
  mirrors: readonly string[],
  { api, digest }: { readonly api: CustomerApi; readonly digest: FileDigest },
): Pick<Extract<BasePlan, { kind: 'cloud-image' }>, 'urls' | 'exchange'> {
  const path = api.downloadPath.replaceAll('{digest}', () => digest.hex);
  return {
    urls: mirrors.map((id) => placeAt(spec, id, path)),
    exchange: { url: placeAt(spec, api.loginMirror, api.loginPath), clientId: api.clientId, tokenVariable: api.tokenVariable },
  };
}

function notLocked(distroId: string): BakeError {
  return new BakeError('CONFIG_INVALID', {
    what: `Nobody has looked up yet which image of its vendor ${distroId} uses: there is no config/locks/${distroId}.yaml`,
    fix: `Run npm run lock -- --distro ${distroId}, or give an image with --base FILE`,
  });
}

function placeAt(spec: ImageSpec, mirrorId: string, path: string): string {
  const mirror = spec.mirrors.find(({ id }) => id === mirrorId);
  if (mirror !== undefined) return `${mirror.bakeUrl.replace(/\/+$/, '')}/${path}`;
  throw new BakeError('CONFIG_INVALID', {
    what: `The cloud image of ${spec.distro.id} names the mirror ${JSON.stringify(mirrorId)}, which config/mirrors.yaml does not have`,
    fix: `Add the mirror to config/mirrors.yaml or correct \`cloudImage\` in config/distros/${spec.distro.id}.yaml`,
  });
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
