import { createHash } from 'node:crypto';
import { BakeError } from '../../errors.ts';
import type { Host, HttpAnswer, HttpRequest } from '../../host/host.ts';
import { MANIFEST_TYPE } from '../../model/container-disk.ts';
import { afterBytes } from '../web-shelf.ts';
import type { OciAddress } from './address.ts';
import { authorizer } from './authorize.ts';
import type { Manifest } from './manifest.ts';

/** One repository of a registry, in the words of the distribution API. */
export interface Registry {
  readonly location: string;
  readonly ask: Ask;
}

/** Sends one request for a path below the repository, or to an address that the registry has given. */
export type Ask = (path: string, request?: HttpRequest & { readonly absent?: 'allowed' }) => Promise<HttpAnswer>;

const TRIES = 4;
const PAUSE_MS = 300;

/** Opens a repository; plain HTTP is for a registry on this host only. */
export function openRegistry(host: Host, { authority, repository }: OciAddress): Registry {
  const location = `oci://${authority}/${repository}`;
  const isHere = /^(?:localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::\d+)?$/.test(authority);
  const origin = `${isHere ? 'http' : 'https'}://${authority}`;
  const authorize = authorizer(host, authority);
  const send = async (url: URL, request: HttpRequest): Promise<HttpAnswer> => {
    const ours = url.origin === new URL(origin).origin;
    const first = await host.net.fetch(url.href, { ...request, headers: { ...request.headers, ...(ours ? await authorize() : {}) } });
    if (first.status !== 401 || !ours) return first;
    const headers = await authorize(first.header('www-authenticate'));
    return headers === undefined ? first : host.net.fetch(url.href, { ...request, headers: { ...request.headers, ...headers } });
  };
  return {
    location,
    ask: async (path, { absent, ...request } = {}) => {
      const url = new URL(path, `${origin}/v2/${repository}/`);
      const once = (): Promise<HttpAnswer> => trying(host, { location, tries: request.method === 'PATCH' ? 1 : TRIES }, () => send(url, request));
      let answer = await once();
      // While others write, a registry may not yet see the blobs that a manifest names; to put a manifest twice does no harm.
      for (let again = 1; again < TRIES && isUnseen(path, request, answer); again += 1) {
        await host.clock.sleep(200 * again);
        answer = await once();
      }
      if (answer.status < 300 || (answer.status === 404 && absent === 'allowed')) return answer;
      throw refusal(location, answer.status, await answer.text().catch(() => ''));
    },
  };
}

function isUnseen(path: string, { method }: HttpRequest, { status }: HttpAnswer): boolean {
  return method === 'PUT' && path.startsWith('manifests/') && (status === 400 || status === 404);
}

/** All tags, in the registry's own order; a repository that is not there has none. */
export async function listTags({ ask }: Registry): Promise<readonly string[]> {
  const tags: string[] = [];
  for (let page: string | undefined = 'tags/list'; page !== undefined;) {
    const answer: HttpAnswer = await ask(page, { absent: 'allowed' });
    if (answer.status === 404) return tags;
    tags.push(...((JSON.parse(await answer.text()) as { readonly tags: readonly string[] | null }).tags ?? []));
    page = /<([^>]+)>;\s*rel="?next"?/.exec(answer.header('link') ?? '')?.[1];
  }
  return tags;
}

export interface StoredManifest {
  readonly manifest: Manifest;
  readonly text: string;
  readonly digest: string;
}

/** The manifest under a tag or digest, with the digest of its very text. */
export async function getManifest({ ask }: Registry, reference: string): Promise<StoredManifest | undefined> {
  const answer = await ask(`manifests/${reference}`, { headers: { accept: MANIFEST_TYPE }, absent: 'allowed' });
  if (answer.status === 404) return undefined;
  const text = await answer.text();
  try {
    return { manifest: JSON.parse(text) as Manifest, text, digest: digestOf(text) };
  } catch {
    return undefined;
  }
}

export async function putManifest({ ask }: Registry, tag: string, text: string): Promise<void> {
  await ask(`manifests/${tag}`, { method: 'PUT', headers: { 'content-type': MANIFEST_TYPE }, body: text });
}

/** Removes a manifest and every tag of it. */
export async function deleteManifest({ ask }: Registry, digest: string): Promise<void> {
  await ask(`manifests/${digest}`, { method: 'DELETE', absent: 'allowed' });
}

/** A small blob as a text; undefined when it is not there, or is not what its digest says. */
export async function getBlobText({ ask }: Registry, digest: string): Promise<string | undefined> {
  const answer = await ask(`blobs/${digest}`, { absent: 'allowed' });
  if (answer.status === 404) return undefined;
  const text = await answer.text();
  return digestOf(text) === digest ? text : undefined;
}

export async function openBlobAt({ ask }: Registry, digest: string, offset: number): Promise<AsyncIterable<Uint8Array>> {
  const answer = await ask(`blobs/${digest}`, offset === 0 ? {} : { headers: { range: `bytes=${offset}-` } });
  return offset === 0 || answer.status === 206 ? answer.chunks : afterBytes(answer.chunks, offset);
}

export async function sizeOfBlob({ ask }: Registry, digest: string): Promise<number | undefined> {
  const answer = await ask(`blobs/${digest}`, { method: 'HEAD', absent: 'allowed' });
  return answer.status === 404 ? undefined : Number(answer.header('content-length') ?? Number.NaN);
}

export function digestOf(content: string | Uint8Array): string {
  return `sha256:${createHash('sha256').update(content).digest('hex')}`;
}

interface Trying {
  readonly location: string;
  readonly tries: number;
}

/** A request may be sent again when what it names is named by content, or by a tag that is ours; a piece of an upload may not. */
async function trying(host: Host, { location, tries: most }: Trying, send: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  for (let tries = 1; ; tries += 1) {
    try {
      const answer = await send();
      if (answer.status < 500 || tries === most) return answer;
    } catch (error) {
      if (host.interrupted.aborted || error instanceof BakeError) throw error;
      if (tries === most) throw unreachable(location, error);
    }
    await host.clock.sleep(PAUSE_MS * tries);
  }
}

function unreachable(location: string, error: unknown): BakeError {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return new BakeError('NETWORK_UNREACHABLE', {
    what: `${location} cannot be reached, or the connection tore`,
    fix: 'Check the address and the network, then run the same command again',
    details: cause instanceof Error ? [cause.message] : [],
    cause: error,
  });
}

function refusal(location: string, status: number, said: string): BakeError {
  const details = [`HTTP status ${status}`, said.trim().slice(0, 300)].filter((line) => line !== '');
  if (status === 401 || status === 403)
    return new BakeError('STORE_NOT_WRITABLE', {
      what: `${location} refuses us`,
      fix: 'Log in there with the tool of your registry (docker login, oras login), or set INGOT_REGISTRY_USER and INGOT_REGISTRY_PASSWORD',
      details,
    });
  if (status === 507 || /no space left|disk quota/i.test(said))
    return new BakeError('NO_SPACE', { what: `No space is left in ${location}`, fix: 'Make room there, then run the same command again', details });
  if (status >= 500)
    return new BakeError('NETWORK_UNREACHABLE', { what: `${location} fails`, fix: 'Look at the registry, then run the same command again', details });
  return new BakeError('TOOL_FAILED', { what: `${location} did not do what it was asked`, fix: 'Read what it says below', details });
}
