import { dirname } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';

/** Tries in a row that brought no byte further before a fetch is given up. */
const MOST_STALLS = 5;
const PAUSE_MS = 500;

export interface RemoteFile {
  /** As people call it: `the disk of …`. */
  readonly title: string;
  /** As people write the place that it comes from. */
  readonly location: string;
  readonly sizeBytes: number;
  /** Its bytes from an offset on. */
  readonly open: (offset: number) => Promise<AsyncIterable<Uint8Array>>;
}

/** Fills a file from elsewhere, as the bytes come, and goes on where a connection tore or an earlier run stopped. Never more bytes than were promised, whatever is sent. */
export async function fillFile(host: Host, path: string, remote: RemoteFile): Promise<void> {
  await host.files.makeDir(dirname(path));
  const { sizeBytes } = remote;
  let stalls = 0;
  for (;;) {
    const have = (await host.files.stat(path))?.sizeBytes ?? 0;
    if (have === sizeBytes) return;
    if (have > sizeBytes) await host.files.remove(path);
    const failure = await addFrom(host, path, { remote, offset: have > sizeBytes ? 0 : have });
    const got = ((await host.files.stat(path))?.sizeBytes ?? 0) - have;
    stalls = got > 0 ? 0 : stalls + 1;
    if (stalls === MOST_STALLS) throw incomplete(remote, have, failure);
    if (failure !== undefined || got <= 0) await host.clock.sleep(PAUSE_MS);
  }
}

/** The failure that cut it short on the other side, if any: what came until then is kept. What our own disk refuses is thrown as it is. */
async function addFrom(host: Host, path: string, { remote, offset }: { readonly remote: RemoteFile; readonly offset: number }): Promise<unknown> {
  let torn: unknown;
  const noted = (error: unknown): never => {
    torn = error;
    throw error;
  };
  try {
    const chunks = await remote.open(offset).catch(noted);
    await host.files.appendBytes(path, atMost(remote.sizeBytes - offset, { chunks, noted }));
    return undefined;
  } catch (error) {
    const fatal = error instanceof BakeError && error.code !== 'NETWORK_UNREACHABLE';
    if (fatal || error !== torn || host.interrupted.aborted) throw error;
    return error;
  }
}

interface Source {
  readonly chunks: AsyncIterable<Uint8Array>;
  /** Told of what goes wrong there; throws it on. */
  readonly noted: (error: unknown) => never;
}

async function* atMost(bytes: number, { chunks, noted }: Source): AsyncGenerator<Uint8Array> {
  let left = bytes;
  try {
    for await (const chunk of chunks) {
      yield chunk.length > left ? chunk.subarray(0, left) : chunk;
      left -= chunk.length;
      if (left <= 0) return;
    }
  } catch (error) {
    noted(error);
  }
}

function incomplete({ location, title, sizeBytes }: RemoteFile, have: number, cause: unknown): BakeError {
  return new BakeError('NETWORK_UNREACHABLE', {
    what: `${location} did not give ${title}: ${have} of ${sizeBytes} bytes came`,
    fix: 'Run the same command again when the store can be reached: what came is kept and gone on with',
    details: cause instanceof Error ? [cause.message] : [],
    cause,
  });
}
