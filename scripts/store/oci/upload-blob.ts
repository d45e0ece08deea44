import { createHash } from 'node:crypto';
import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import { digestOf, sizeOfBlob, type Registry } from './registry.ts';

const CHUNK_BYTES = 8 * 2 ** 20;
const BINARY = { 'content-type': 'application/octet-stream' };
/** Tries in a row to get one chunk across. */
const TRIES = 4;

export interface DiskBlob {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The release, as people write it. */
  readonly name: string;
}

/** Uploads a disk and reads it once; one that the registry has is not sent again. A chunk whose connection tore is gone on with where it tore. */
export async function uploadDiskBlob(host: Host, registry: Registry, disk: DiskBlob): Promise<void> {
  const digest = `sha256:${disk.sha256}`;
  if ((await sizeOfBlob(registry, digest)) === disk.sizeBytes) return;
  const whole = createHash('sha256');
  let location = await beginUpload(registry);
  for (let offset = 0; offset < disk.sizeBytes; offset += CHUNK_BYTES) {
    const bytes = await host.files.readBytes(disk.path, { offset, length: Math.min(CHUNK_BYTES, disk.sizeBytes - offset) });
    whole.update(bytes);
    if (bytes.length === 0) break;
    location = await sendChunk(registry, { location, offset, bytes: new Uint8Array(bytes) });
  }
  if (whole.digest('hex') !== disk.sha256) {
    await registry.ask(location, { method: 'DELETE', absent: 'allowed' });
    throw notTested(disk);
  }
  await finishUpload(registry, location, digest);
}

/** Puts a small text where its digest names it. */
export async function uploadTextBlob(registry: Registry, text: string): Promise<string> {
  const digest = digestOf(text);
  if ((await sizeOfBlob(registry, digest)) !== undefined) return digest;
  const location = await beginUpload(registry);
  await finishUpload(registry, location, digest, new Uint8Array(Buffer.from(text)));
  return digest;
}

async function beginUpload({ ask }: Registry): Promise<string> {
  const answer = await ask('blobs/uploads/', { method: 'POST' });
  return answer.header('location') ?? '';
}

interface Chunk {
  readonly location: string;
  readonly offset: number;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/** Resolves with where the next chunk goes. */
async function sendChunk(registry: Registry, { location, offset, bytes }: Chunk): Promise<string> {
  let at = location;
  let sent = 0;
  for (let tries = 1; ; tries += 1) {
    const [from, to] = [offset + sent, offset + bytes.length - 1];
    try {
      const answer = await registry.ask(at, { method: 'PATCH', headers: { ...BINARY, 'content-range': `${from}-${to}` }, body: bytes.subarray(sent) });
      return answer.header('location') ?? at;
    } catch (error) {
      const state = tries < TRIES ? await stateOf(registry, at) : undefined;
      const have = state === undefined ? -1 : state.bytes - offset;
      if (state === undefined || have < 0 || have > bytes.length) throw error;
      at = state.location;
      sent = have;
      if (sent === bytes.length) return at;
    }
  }
}

/** How much of an upload the registry has. */
async function stateOf({ ask }: Registry, location: string): Promise<{ readonly bytes: number; readonly location: string } | undefined> {
  const answer = await ask(location, { absent: 'allowed' });
  const last = /^\d+-(\d+)$/.exec(answer.header('range') ?? '')?.[1];
  // `0-0` is how nothing at all is said.
  return answer.status === 404 || last === undefined
    ? undefined
    : { bytes: last === '0' ? 0 : Number(last) + 1, location: answer.header('location') ?? location };
}

async function finishUpload({ ask, location: store }: Registry, location: string, digest: string, body?: Uint8Array<ArrayBuffer>): Promise<void> {
  const url = `${location}${location.includes('?') ? '&' : '?'}digest=${digest}`;
  await ask(url, { method: 'PUT', headers: BINARY, ...(body === undefined ? {} : { body }) });
  if ((await sizeOfBlob({ ask, location: store }, digest)) !== undefined) return;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `${store} says that it has ${digest}, and does not have it`,
    fix: 'Run the same command again; nothing was listed',
  });
}

function notTested(disk: DiskBlob): BakeError {
  return new BakeError('DIGEST_MISMATCH', {
    what: `The disk of ${disk.name} is not the one that was tested`,
    fix: 'Do not use it: bake and publish again, and find out what wrote to it',
    details: [`expected sha256 ${disk.sha256}`, `file     ${disk.path}`],
  });
}
