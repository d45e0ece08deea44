import { createHash } from 'node:crypto';
import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import { digestOf, sizeOfBlob, type Registry } from './registry.ts';

const CHUNK_BYTES = 8 * 2 ** 20;
const BINARY = { 'content-type': 'application/octet-stream' };
const TRIES = 5;

export interface DiskBlob {
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The release, as people write it. */
  readonly name: string;
}

/** Uploads a disk; one that the registry has is not sent again. Registries do not go on in the middle of a torn upload: then it begins anew. */
export async function uploadDiskBlob(host: Host, registry: Registry, disk: DiskBlob): Promise<void> {
  const digest = `sha256:${disk.sha256}`;
  if ((await sizeOfBlob(registry, digest)) === disk.sizeBytes) return;
  for (let tries = 1; ; tries += 1) {
    try {
      return await sendDisk(host, registry, disk);
    } catch (error) {
      const torn = error instanceof BakeError && error.code === 'NETWORK_UNREACHABLE';
      if (!torn || tries === TRIES || host.interrupted.aborted) throw error;
    }
  }
}

/** Puts a small text where its digest names it. */
export async function uploadTextBlob(registry: Registry, text: string): Promise<string> {
  const digest = digestOf(text);
  if ((await sizeOfBlob(registry, digest)) !== undefined) return digest;
  const location = await beginUpload(registry);
  await finishUpload(registry, location, digest, new Uint8Array(Buffer.from(text)));
  return digest;
}

/** Reads the disk once: what is hashed is what is sent. */
async function sendDisk(host: Host, registry: Registry, disk: DiskBlob): Promise<void> {
  const whole = createHash('sha256');
  let location = await beginUpload(registry);
  for (let offset = 0; offset < disk.sizeBytes; offset += CHUNK_BYTES) {
    const bytes = new Uint8Array(await host.files.readBytes(disk.path, { offset, length: CHUNK_BYTES }));
    whole.update(bytes);
    const headers = { ...BINARY, 'content-range': `${offset}-${offset + bytes.length - 1}` };
    location = (await registry.ask(location, { method: 'PATCH', headers, body: bytes })).header('location') ?? location;
  }
  if (whole.digest('hex') !== disk.sha256) {
    await registry.ask(location, { method: 'DELETE', absent: 'allowed' });
    throw notTested(disk);
  }
  await finishUpload(registry, location, `sha256:${disk.sha256}`);
}

async function beginUpload({ ask, location }: Registry): Promise<string> {
  const answer = await ask('blobs/uploads/', { method: 'POST', absent: 'allowed' });
  if (answer.status !== 404) return answer.header('location') ?? '';
  throw new BakeError('STORE_NOT_WRITABLE', {
    what: `${location} is not there, or not for us`,
    fix: 'Check the address; some registries want the repository, or the project that it is in, to be made first',
    details: ['HTTP status 404', (await answer.text()).trim().slice(0, 300)].filter((line) => line !== ''),
  });
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
  return new BakeError('DISK_CHANGED', {
    what: `The disk of ${disk.name} is not the one that was tested`,
    fix: 'Do not use it: bake and publish again, and find out what wrote to it',
    details: [`expected sha256 ${disk.sha256}`, `file     ${disk.path}`],
  });
}
