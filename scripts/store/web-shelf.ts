import { BakeError } from '../errors.ts';
import type { Host, HttpAnswer } from '../host/host.ts';
import { fetchDisk } from './fetch-disk.ts';
import { DISK, SUMS } from './pack-release.ts';
import { assertReleaseName } from './read-release.ts';
import type { Shelf } from './shelf.ts';
import type { ReleaseName } from './store.ts';

/** A folder or bucket as a web server or CDN shows it: for readers, who need no credentials there. */
export function webShelf(host: Host, location: string): Shelf {
  const base = location.endsWith('/') ? location : `${location}/`;
  const urlOf = (name: ReleaseName, file: string): string => {
    assertReleaseName(name);
    return new URL(`${name.imageId}/${name.version}/${file}`, base).href;
  };
  const textAt = async (url: string): Promise<string | undefined> => (await get(host, url))?.text();
  const readOnly = (): Promise<never> => Promise.reject(notWritable(location));
  return {
    location,
    resumes: false,
    derivesIndex: false,
    readIndexText: async () => {
      const text = await textAt(new URL('index.json', base).href);
      return text === undefined ? undefined : { text, revision: '' };
    },
    readNote: (name) => textAt(new URL(name, base).href),
    readHistory: async () => ((await textAt(new URL('channels.jsonl', base).href)) ?? '').split('\n'),
    fileNames: async (name) => {
      const sums = (await textAt(urlOf(name, SUMS))) ?? '';
      return [SUMS, ...sums.split('\n').flatMap((line) => (line.length > 66 ? [line.slice(66)] : []))];
    },
    readText: (name, file) => textAt(urlOf(name, file)),
    sizeOf: async (name, file) => {
      const answer = await get(host, urlOf(name, file), 'HEAD');
      return answer === undefined ? undefined : Number(answer.header('content-length') ?? Number.NaN);
    },
    bringDisk: (release) => fetchDisk(host, { release, location, open: (offset) => openAt(host, urlOf(release, DISK), offset) }),
    ...{
      assertUsable: readOnly,
      replaceIndexText: readOnly,
      appendHistory: readOnly,
      releases: readOnly,
      takenVersions: readOnly,
      claim: readOnly,
      writeNote: readOnly,
      writePage: readOnly,
    },
    ...{
      writeRelease: readOnly,
      holdsDisk: readOnly,
      markRemoved: readOnly,
      unmarkRemoved: readOnly,
      deleteRelease: readOnly,
      sweep: readOnly,
      exclusively: readOnly,
    },
  };
}

/** Undefined when the server says that there is no such thing. */
async function get(host: Host, url: string, method: 'GET' | 'HEAD' = 'GET', headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer | undefined> {
  let answer: HttpAnswer;
  try {
    answer = await host.net.fetch(url, { method, headers });
  } catch (error) {
    throw unreachable(url, error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error), error);
  }
  // A private bucket says 403 of what is not there.
  if (answer.status === 404 || answer.status === 403) return undefined;
  if (answer.status >= 300) throw unreachable(url, `HTTP status ${answer.status}`, undefined);
  return answer;
}

async function openAt(host: Host, url: string, offset: number): Promise<AsyncIterable<Uint8Array>> {
  const answer = await get(host, url, 'GET', offset === 0 ? {} : { range: `bytes=${offset}-` });
  if (answer === undefined) throw unreachable(url, 'it is not there', undefined);
  return offset === 0 || answer.status === 206 ? answer.chunks : afterBytes(answer.chunks, offset);
}

/** What comes after so many bytes: for servers that know no ranges and send all from the beginning. */
export async function* afterBytes(chunks: AsyncIterable<Uint8Array>, count: number): AsyncGenerator<Uint8Array> {
  let left = count;
  for await (const chunk of chunks) {
    if (left < chunk.length) yield chunk.subarray(left);
    left = Math.max(0, left - chunk.length);
  }
}

function notWritable(location: string): BakeError {
  return new BakeError('STORE_NOT_WRITABLE', {
    what: `${location} is a store to read from`,
    fix: 'Change it where it is written: name that folder, s3://bucket/prefix or oci://host/repository with --store',
  });
}

function unreachable(url: string, reason: string, cause: unknown): BakeError {
  return new BakeError('NETWORK_UNREACHABLE', {
    what: `${new URL(url).host} did not give ${new URL(url).pathname}`,
    fix: 'Check the address and the network, then run the same command again',
    details: [reason],
    cause,
  });
}
