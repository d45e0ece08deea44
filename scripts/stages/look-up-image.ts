import { basename, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { KeyPlace, LockedImage, VendorSignature } from '../model/distro.ts';
import type { LockWish } from '../model/image-lock.ts';
import { checksumOf } from '../plan/checksums.ts';
import { newestBuild, pathOfBuild } from '../plan/vendor-builds.ts';
import { checkDetached, dearmored } from '../tools/gpgv.ts';
import { accessToken } from './customer-api.ts';
import { fetchSmall, fetchText } from './fetch-text.ts';
import type { Context, Stage } from './stage.ts';

export interface LookUp {
  readonly wish: LockWish;
  readonly workDir: string;
}

/** Finds the newest build that a vendor lists, and the digest that the vendor gives for it, signed where the vendor signs. */
export const lookUpImage: Stage<LookUp, LockedImage> = {
  name: 'look-up-image',
  title: 'Newest image of the vendor',
  run: async ({ wish, workDir }, context) => {
    const dir = await context.host.files.makeTempDir(workDir, 'lock-');
    context.scope.always('what the vendor sent', () => context.host.files.remove(dir));
    const { distroId, cloudImage } = wish;
    await refuseWithoutKey(wish, context.host);
    const ask: Ask = { wish, dir, ...(await bearerOf({ wish, dir }, context)) };
    const build = newestBuild(await fetchText({ ...placesOf(ask, cloudImage.index.path), path: join(dir, 'index') }, context), cloudImage.index.entry);
    if (build === undefined) throw notListed(ask);
    const path = join(dir, 'checksums');
    const from = await fetchSmall({ ...placesOf(ask, pathOfBuild(cloudImage.checksums, build)), path }, context);
    await checkOrigin(ask, { path, from, build }, context);
    const fileName = basename(pathOfBuild(cloudImage.path, build));
    const digest = checksumOf(await context.host.files.readText(path), fileName);
    if (digest === undefined) throw notNamed(from, fileName, distroId);
    const signedBy = cloudImage.signature?.fingerprint ?? null;
    return { id: distroId, build, digest, signedBy, lockedOn: context.host.clock.now().toISOString().slice(0, 10) };
  },
};

interface Ask {
  readonly wish: LockWish;
  readonly dir: string;
  readonly bearer?: string;
}

async function bearerOf({ wish, dir }: Ask, context: Context): Promise<{ readonly bearer?: string }> {
  const api = wish.cloudImage.customerApi;
  if (api === undefined) return {};
  const url = `${wish.placeOf[api.loginMirror] ?? ''}/${api.loginPath}`;
  return { bearer: await accessToken({ exchange: { url, clientId: api.clientId, tokenVariable: api.tokenVariable }, workDir: dir }, context) };
}

function placesOf({ wish, bearer }: Ask, path: string): { readonly urls: readonly string[]; readonly bearer?: string } {
  const urls = wish.cloudImage.mirrors.map((id) => `${wish.placeOf[id] ?? ''}/${path}`);
  return { urls, ...(bearer === undefined ? {} : { bearer }) };
}

interface Checksums {
  readonly path: string;
  readonly from: string;
  readonly build: string;
}

/** Without a signature, the connection itself is all that says who sent the digests. */
async function checkOrigin(ask: Ask, { path, from, build }: Checksums, context: Context): Promise<void> {
  const { signature } = ask.wish.cloudImage;
  if (signature === undefined) {
    if (from.startsWith('https:')) return;
    throw new BakeError('DIGEST_MISMATCH', {
      what: `${from} is neither signed nor sent over https: anybody on the way could have written it`,
      fix: 'Name an https place in config/mirrors.yaml or by INGOT_MIRROR_<ID>',
    });
  }
  const signaturePath = join(ask.dir, 'signature');
  await fetchSmall({ ...placesOf(ask, pathOfBuild(signature.path, build)), path: signaturePath }, context);
  const keyringPath = join(ask.dir, 'keyring.gpg');
  await bringKey(ask, { signature, keyringPath }, context);
  await checkDetached(context.host, { filePath: path, signaturePath, keyringPath, fingerprint: signature.fingerprint, what: from });
}

/** A key that nobody serves is missed before the vendor is asked for anything. */
async function refuseWithoutKey(wish: LockWish, host: Host): Promise<void> {
  const { signature } = wish.cloudImage;
  if (signature === undefined) return;
  const paths = signature.keys.map((place) => pathOnHost(place, host));
  if (paths.includes(undefined)) return;
  const found = await Promise.all(paths.map((path) => host.files.exists(path ?? '')));
  if (!found.includes(true)) throw noKey(wish, signature);
}

/** Wherever the key comes from, only the fingerprint makes it one. */
async function bringKey(
  ask: Ask,
  { signature, keyringPath }: { readonly signature: VendorSignature; readonly keyringPath: string },
  context: Context,
): Promise<void> {
  const { files } = context.host;
  for (const place of signature.keys) {
    const path = await keyAt(place, { ask, keyringPath }, context);
    if (path !== undefined && (await files.exists(path))) return writeBytes(context.host, keyringPath, dearmored(await files.readBytes(path)));
  }
  throw noKey(ask.wish, signature);
}

/** Undefined for a place that is elsewhere. */
function pathOnHost(place: KeyPlace, { facts }: Host): string | undefined {
  if ('keyring' in place) return place.keyring;
  return 'file' in place ? join(facts.projectDir, place.file) : undefined;
}

async function keyAt(
  place: KeyPlace,
  { ask, keyringPath }: { readonly ask: Ask; readonly keyringPath: string },
  context: Context,
): Promise<string | undefined> {
  if (!('mirror' in place)) return pathOnHost(place, context.host);
  try {
    await fetchSmall({ urls: [`${ask.wish.placeOf[place.mirror] ?? ''}/${place.path}`], path: keyringPath }, context);
    return keyringPath;
  } catch (error) {
    if (!(error instanceof BakeError) || error.code !== 'NETWORK_UNREACHABLE') throw error;
    context.say({ type: 'note', message: error.what });
    return undefined;
  }
}

async function writeBytes({ files }: Host, path: string, bytes: Uint8Array): Promise<void> {
  await files.writeUnsynced(path, '');
  await files.writeAt(path, 0, bytes);
}

function noKey({ distroId }: LockWish, { fingerprint, keys }: VendorSignature): BakeError {
  return new BakeError('HOST_NOT_READY', {
    what: `The key ${fingerprint}, which signs the images of ${distroId}, is in none of its places`,
    fix: 'Install the package with the key ring, or put the key into the file named below; it counts only with this fingerprint',
    details: keys.map((place) => JSON.stringify(place)),
  });
}

function notListed({ wish }: Ask): BakeError {
  const { index } = wish.cloudImage;
  return new BakeError('CONFIG_INVALID', {
    what: `The vendor's list ${index.path} names no build of the form ${index.entry}`,
    fix: `Look at the list, and correct cloudImage.index in config/distros/${wish.distroId}.yaml`,
  });
}

function notNamed(from: string, fileName: string, distroId: string): BakeError {
  return new BakeError('DIGEST_MISMATCH', {
    what: `${from} has no digest of ${fileName}`,
    fix: `Look at the file, and correct cloudImage in config/distros/${distroId}.yaml`,
  });
}
