import { basename, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { FileDigest } from '../model/distro.ts';
import { readHeaders, transfer, type Transfer, type TransferResult } from '../tools/curl.ts';
import type { Context } from './stage.ts';

export interface Download {
  /** The same file at several places, tried in this order. */
  readonly urls: readonly string[];
  readonly digest: FileDigest;
  readonly dir: string;
  /** What to do when no place has it any more. */
  readonly whenGone?: string;
  readonly stalledAfterSeconds?: number;
}

type Surroundings = Pick<Context, 'host' | 'say'>;

/** A line that breaks is taken up again as long as it brought something, but not for ever. */
const MOST_ATTEMPTS = 20;
const PAUSE_MS = 500;

/** Brings a file whose digest is known into a folder named by that digest: never fetched twice, hashed again before each use, resumed where it broke off. */
export async function fetchByDigest(download: Download, surroundings: Surroundings): Promise<string> {
  const { files } = surroundings.host;
  const { dir } = download;
  const path = pathOf(download);
  if (await keptDownload(surroundings.host, download)) return path;
  await files.makeDir(dir);
  const refusals: Refusal[] = [];
  for (const url of download.urls) {
    const refusal = await fetchFrom(url, { download, partialPath: `${path}.part` }, surroundings);
    if (refusal === undefined) {
      await files.rename(`${path}.part`, path);
      await files.remove(`${path}.part.headers`);
      return path;
    }
    refusals.push(refusal);
  }
  throw failureOf(download, refusals);
}

/** Whether the file is here already and still what it was: then nobody has to be asked for it. */
export async function keptDownload({ files }: Host, wanted: Pick<Download, 'dir' | 'digest'>): Promise<boolean> {
  const path = pathOf(wanted);
  return (await files.exists(path)) && (await files.digest(path, wanted.digest.algorithm)) === wanted.digest.hex;
}

function pathOf({ dir, digest }: Pick<Download, 'dir' | 'digest'>): string {
  return join(dir, `${digest.algorithm}-${digest.hex}`);
}

interface Refusal {
  readonly url: string;
  readonly kind: 'gone' | 'unreachable' | 'other-bytes';
  readonly said: readonly string[];
}

interface Attempt {
  readonly download: Download;
  readonly partialPath: string;
}

/** Undefined: the part is the whole file now. A part that was put together from two files is fetched anew, once. */
async function fetchFrom(url: string, attempt: Attempt, surroundings: Surroundings): Promise<Refusal | undefined> {
  const { host } = surroundings;
  const { download, partialPath } = attempt;
  const resumed = await host.files.exists(partialPath);
  const { algorithm, hex } = download.digest;
  if (resumed && (await host.files.digest(partialPath, algorithm)) === hex) return undefined;
  const { outcome, httpStatus, said } = await fetchWhole(url, attempt, surroundings);
  if (outcome !== 'done' && (await sizeOf(host, partialPath)) === 0) await forget(host, partialPath);
  if (outcome !== 'done') return { url: shown(url), kind: httpStatus === 404 || httpStatus === 410 ? 'gone' : 'unreachable', said };
  const found = await host.files.digest(partialPath, algorithm);
  if (found === hex) return undefined;
  await forget(host, partialPath);
  if (resumed) return fetchFrom(url, attempt, surroundings);
  return { url: shown(url), kind: 'other-bytes', said: [`${algorithm} found    ${found}`] };
}

async function fetchWhole(url: string, { download, partialPath }: Attempt, surroundings: Surroundings): Promise<TransferResult> {
  const { host } = surroundings;
  const request = { url, outputPath: partialPath, headersPath: `${partialPath}.headers`, stalledAfterSeconds: download.stalledAfterSeconds ?? 60 };
  let before = -1;
  for (let attempt = 1; ; attempt += 1) {
    const have = await sizeOf(host, partialPath);
    const result = await transferTold(have === 0 ? request : { ...request, resume: await tagOf(host, partialPath) }, surroundings);
    const after = await sizeOf(host, partialPath);
    // A server that cannot go on, or says that there is no more of it, is asked for all of it.
    const mustRestart = have > 0 && (result.outcome === 'restart' || result.httpStatus === 416);
    if (mustRestart) await forget(host, partialPath);
    const goesOn = mustRestart || (result.outcome === 'torn' && after > Math.max(before, 0));
    if (!goesOn || attempt >= MOST_ATTEMPTS) return result;
    before = mustRestart ? -1 : after;
    await host.clock.sleep(PAUSE_MS);
  }
}

/** While curl works, the size of what it has written is the progress. */
async function transferTold(request: Transfer & { readonly headersPath: string }, { host, say }: Surroundings): Promise<TransferResult> {
  const name = basename(new URL(request.url).pathname);
  say({ type: 'progress', stage: 'base', message: `fetching ${name}` });
  const work = transfer(host, request);
  const settled = work.then(
    () => true,
    () => true,
  );
  while (!(await Promise.race([settled, host.clock.sleep(1000).then(() => false)]))) {
    const [have, total] = [await sizeOf(host, request.outputPath), await totalOf(host, request.headersPath)];
    const fraction = total === undefined || total === 0 ? {} : { fraction: Math.min(1, have / total) };
    say({
      type: 'progress',
      stage: 'base',
      message: `fetching ${name}: ${mebibytes(have)}${total === undefined ? '' : ` of ${mebibytes(total)}`}`,
      ...fraction,
    });
  }
  return work;
}

function failureOf({ digest, urls, whenGone }: Download, refusals: readonly Refusal[]): BakeError {
  const details = refusals.flatMap(({ url, said }) => [`${url}:`, ...said]);
  const [first] = refusals;
  const place = first?.url ?? urls[0] ?? 'nowhere';
  if (refusals.some(({ kind }) => kind === 'other-bytes')) {
    return new BakeError('DIGEST_MISMATCH', {
      what: `${place} is not the file that the lock names`,
      fix: `Nothing of it was kept. ${whenGone ?? 'Correct the digest if the file has rightly changed'}`,
      details: [`${digest.algorithm} expected ${digest.hex}`, ...details],
    });
  }
  if (refusals.length > 0 && refusals.every(({ kind }) => kind === 'gone')) {
    return new BakeError('BASE_INVALID', {
      what: `${place} is gone: nobody has this file any more`,
      fix: whenGone ?? 'Name another one, or give the image with --base FILE',
      details,
    });
  }
  return new BakeError('NETWORK_UNREACHABLE', {
    what: `${URL.canParse(place) ? new URL(place).host : place} did not give ${place}`,
    fix: 'Check the network, name another mirror in config/mirrors.yaml or by INGOT_MIRROR_<ID>, or give the image with --base FILE; what was fetched is kept, and the same command goes on there',
    details,
  });
}

/** A signed URL is a secret for as long as it is valid. */
function shown(url: string): string {
  return url.replace(/[?#].*$/, '');
}

async function tagOf(host: Host, partialPath: string): Promise<{ readonly etag: string | undefined }> {
  const path = `${partialPath}.headers`;
  return { etag: (await host.files.exists(path)) ? readHeaders(await host.files.readText(path)).etag : undefined };
}

async function totalOf(host: Host, headersPath: string): Promise<number | undefined> {
  return (await host.files.exists(headersPath)) ? readHeaders(await host.files.readText(headersPath)).totalBytes : undefined;
}

async function sizeOf(host: Host, path: string): Promise<number> {
  return (await host.files.stat(path))?.sizeBytes ?? 0;
}

async function forget(host: Host, partialPath: string): Promise<void> {
  await host.files.remove(partialPath);
  await host.files.remove(`${partialPath}.headers`);
}

function mebibytes(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
