import { createHash } from 'node:crypto';
import type { CompletedPart, ListPartsCommandOutput, MultipartUpload } from '@aws-sdk/client-s3';
import { BakeError } from '../../errors.ts';
import type { Host } from '../../host/host.ts';
import { atOnce } from '../at-once.ts';
import { keyOf, served, sizeOf, type Served } from './bucket.ts';
import type { Connection } from './connect.ts';

/** S3 takes no smaller part but the last, and at most 10,000 of them. */
const SMALLEST_PART_BYTES = 8 * 2 ** 20;
const MOST_PARTS = 10_000;
/** Enough to fill a line; each holds one part in memory. */
const AT_ONCE = 4;

export interface DiskUpload extends Served {
  readonly key: string;
  readonly path: string;
  readonly sizeBytes: number;
  readonly sha256: string;
  /** The release, as people write it. */
  readonly name: string;
}

interface Begun {
  readonly id: string;
  /** Digests of the parts that are there, by their number. */
  readonly sent: ReadonlyMap<number, string>;
}

/** Uploads a disk in parts and reads it once: parts are hashed on their way, and only the bytes that were tested become an object. What a dead publisher has sent is not sent again. */
export async function uploadDisk(host: Host, connection: Connection, disk: DiskUpload): Promise<void> {
  const begun = (await findBegun(connection, disk.key)) ?? (await begin(connection, disk));
  const whole = createHash('sha256');
  const parts = await atOnce(AT_ONCE, partJobs(host, connection, { disk, begun, see: (bytes) => void whole.update(bytes) }));
  await assertTested(connection, { disk, id: begun.id, found: whole.digest('hex') });
  await complete(connection, { disk, id: begun.id, parts });
}

/** Throws away uploads that were begun before a point in time; resolves with their keys. */
export async function abortUploads(connection: Connection, { key, before }: { readonly key: string; readonly before?: Date }): Promise<readonly string[]> {
  const old = (await uploadsOf(connection, key)).filter(({ Initiated }) => before === undefined || (Initiated !== undefined && Initiated < before));
  for (const { Key = '', UploadId } of old) await connection.askFor((client, bucket) => client.abortMultipartUpload({ Bucket: bucket, Key, UploadId }));
  return old.map(({ Key = '' }) => Key);
}

interface Sending {
  readonly disk: DiskUpload;
  readonly begun: Begun;
  /** Shown every part, in order. */
  readonly see: (bytes: Uint8Array) => void;
}

async function* partJobs(host: Host, connection: Connection, { disk, begun, see }: Sending): AsyncGenerator<() => Promise<CompletedPart>> {
  const partBytes = partSize(disk.sizeBytes);
  const count = Math.max(1, Math.ceil(disk.sizeBytes / partBytes));
  for (let number = 1; number <= count; number += 1) {
    const bytes = await host.files.readBytes(disk.path, { offset: (number - 1) * partBytes, length: partBytes });
    see(bytes);
    const etag = begun.sent.get(number);
    const isThere = etag?.replaceAll('"', '') === createHash('md5').update(bytes).digest('hex');
    yield isThere ? () => Promise.resolve({ PartNumber: number, ETag: etag }) : () => sendPart(connection, { key: disk.key, id: begun.id, number, bytes });
  }
}

interface PartToSend {
  readonly key: string;
  readonly id: string;
  readonly number: number;
  readonly bytes: Uint8Array;
}

async function sendPart({ address, ask }: Connection, { key, id, number, bytes }: PartToSend): Promise<CompletedPart> {
  const part = { Key: keyOf(address, key), UploadId: id, PartNumber: number, Body: bytes };
  const { ETag } = await ask((client, bucket) => client.uploadPart({ Bucket: bucket, ...part }));
  return { PartNumber: number, ETag };
}

function partSize(sizeBytes: number): number {
  return Math.max(SMALLEST_PART_BYTES, Math.ceil(sizeBytes / MOST_PARTS / 2 ** 20) * 2 ** 20);
}

async function begin({ address, ask }: Connection, disk: DiskUpload): Promise<Begun> {
  const { UploadId } = await ask((client, bucket) => client.createMultipartUpload({ Bucket: bucket, Key: keyOf(address, disk.key), ...served(disk) }));
  return { id: UploadId ?? '', sent: new Map() };
}

async function findBegun({ address, ask, ...connection }: Connection, key: string): Promise<Begun | undefined> {
  const upload = (await uploadsOf({ address, ask, ...connection }, key)).find(({ Key }) => Key === keyOf(address, key));
  if (upload?.UploadId === undefined) return undefined;
  const sent = new Map<number, string>();
  let page: ListPartsCommandOutput | undefined;
  do {
    const where = { Key: keyOf(address, key), UploadId: upload.UploadId, ...(page === undefined ? {} : { PartNumberMarker: page.NextPartNumberMarker }) };
    page = await ask((client, bucket) => client.listParts({ Bucket: bucket, ...where }));
    for (const { PartNumber = 0, ETag = '' } of page.Parts ?? []) sent.set(PartNumber, ETag);
  } while (page.IsTruncated === true);
  return { id: upload.UploadId, sent };
}

async function uploadsOf({ address, ask }: Connection, prefix: string): Promise<readonly MultipartUpload[]> {
  return (await ask((client, bucket) => client.listMultipartUploads({ Bucket: bucket, Prefix: keyOf(address, prefix) }))).Uploads ?? [];
}

/** What was read is what becomes the object, or nothing does. */
async function assertTested(
  connection: Connection,
  { disk, id, found }: { readonly disk: DiskUpload; readonly id: string; readonly found: string },
): Promise<void> {
  if (found === disk.sha256) return;
  await connection.askFor((client, bucket) => client.abortMultipartUpload({ Bucket: bucket, Key: keyOf(connection.address, disk.key), UploadId: id }));
  throw new BakeError('DISK_CHANGED', {
    what: `The disk of ${disk.name} is not the one that was tested`,
    fix: 'Do not use it: bake and publish again, and find out what wrote to it',
    details: [`expected sha256 ${disk.sha256}`, `found    sha256 ${found}`, `file     ${disk.path}`],
  });
}

interface Completion {
  readonly disk: DiskUpload;
  readonly id: string;
  readonly parts: readonly CompletedPart[];
}

async function complete(connection: Connection, { disk, id, parts }: Completion): Promise<void> {
  const { address, askFor } = connection;
  const done = await askFor((client, bucket) =>
    client.completeMultipartUpload({ Bucket: bucket, Key: keyOf(address, disk.key), UploadId: id, MultipartUpload: { Parts: [...parts] } }),
  );
  // An upload that is not there any more was completed by a try whose answer was lost; and a server's word is not an object yet.
  const size = await sizeOf(connection, disk.key);
  if (size === disk.sizeBytes) return;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `${address.location} ${done === undefined ? 'has lost the upload of' : 'says that it has'} the disk of ${disk.name}, and does not have it`,
    fix: 'Run the same command again; nothing was listed',
    details: [`expected ${disk.sizeBytes} bytes, found ${size ?? 'none'}`],
  });
}
