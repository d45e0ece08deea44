import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { BaseChoice } from '../plan/base-plan.ts';
import { checkImage, imageInfo } from '../tools/qemu-img.ts';
import { fetchByDigest } from './fetch-by-digest.ts';
import type { Context, Stage } from './stage.ts';

export interface WantedBase {
  /** `cloud-image`, `cloud-image#sha256:<hex>`, `bootstrap`, a path, or `URL#sha256:<hex>`; undefined: what the distro says. */
  readonly written: string | undefined;
  readonly cacheDir: string;
}

/** Turns what was asked for as a base into something with a digest; a file is looked at before anything is built on it. */
export const resolveBase: Stage<WantedBase, BaseChoice> = {
  name: 'resolve-base',
  title: 'Base',
  run: async ({ written, cacheDir }, context) => {
    if (written === undefined) return 'auto';
    if (written === 'cloud-image' || written === 'bootstrap') return written;
    const [, imageHex] = /^cloud-image#sha256:([0-9a-f]{64})$/.exec(written) ?? [];
    if (imageHex !== undefined) return { imageDigest: { algorithm: 'sha256', hex: imageHex } };
    const path = /^https?:\/\//.test(written) ? await fetchNamed(written, cacheDir, context) : written;
    await refuseUnusable(path, context);
    return { path, sha256: await context.host.files.digest(path) };
  },
};

async function fetchNamed(written: string, cacheDir: string, context: Context): Promise<string> {
  const [, url, hex] = /^(https?:\/\/[^#]+)#sha256:([0-9a-f]{64})$/.exec(written) ?? [];
  if (url === undefined || hex === undefined) {
    throw new BakeError('USAGE', {
      what: `The base ${written} comes without a digest`,
      fix: 'Write it as URL#sha256:<64 hex digits>, with the digest that its publisher names',
    });
  }
  return fetchByDigest({ urls: [url], digest: { algorithm: 'sha256', hex }, dir: join(cacheDir, 'downloads') }, context);
}

async function refuseUnusable(path: string, { host }: Context): Promise<void> {
  const found = await host.files.stat(path);
  if (found === undefined)
    throw new BakeError('USAGE', {
      what: `There is no file ${path}`,
      fix: 'Give --base the path of a qcow2 or raw disk, cloud-image, bootstrap, or URL#sha256:<hex>',
    });
  if (found.kind === 'directory') throw new BakeError('BASE_INVALID', { what: `${path} is a folder`, fix: 'Give a disk file' });
  const { format, backingFile, virtualSizeBytes } = await imageInfo(host, path);
  if (backingFile !== undefined)
    throw new BakeError('BASE_INVALID', {
      what: `${path} has a backing file (${backingFile}): it is not a whole disk`,
      fix: 'Flatten it first: qemu-img convert -O qcow2 FILE WHOLE.qcow2',
    });
  await checkImage(host, path);
  await refuseWithoutPartitions(path, { format, virtualSizeBytes }, host);
}

/** Anything at all is a raw disk to QEMU; one without a partition table cannot be a base. */
async function refuseWithoutPartitions(
  path: string,
  { format, virtualSizeBytes }: { readonly format: string; readonly virtualSizeBytes: number },
  host: Context['host'],
): Promise<void> {
  if (format !== 'raw') return;
  const head = await host.files.readBytes(path, { offset: 0, length: 512 });
  if (virtualSizeBytes >= 2 ** 20 && head[510] === 0x55 && head[511] === 0xaa) return;
  throw new BakeError('BASE_INVALID', { what: `${path} is not a disk: it has no partition table`, fix: 'Give a whole qcow2 or raw disk' });
}
