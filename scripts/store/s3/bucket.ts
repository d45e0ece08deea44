import type { ListObjectsV2CommandOutput, S3 } from '@aws-sdk/client-s3';
import { BakeError } from '../../errors.ts';
import type { Address, Connection } from './connect.ts';
import { isLostRace } from './s3-error.ts';

export interface ObjectText {
  readonly text: string;
  readonly etag: string;
}

/** What caches between the bucket and its readers are told. */
export interface Served {
  readonly contentType: string;
  readonly cacheControl: string;
}

export interface PutOptions extends Served {
  /** Only when there is nothing under this key, or nothing but what was read. Absent: whatever there is. */
  readonly onlyIf?: { readonly absent: true } | { readonly etag: string };
}

/** A small object; of a text that others may have made long, no more than so many bytes. */
export async function getText({ address, askFor }: Connection, key: string, mostBytes?: number): Promise<ObjectText | undefined> {
  return askFor(async (client, bucket) => {
    const range = mostBytes === undefined ? {} : { Range: `bytes=0-${mostBytes - 1}` };
    const { Body, ETag } = await client.getObject({ Bucket: bucket, Key: keyOf(address, key), ...range });
    return Body === undefined ? undefined : { text: await Body.transformToString(), etag: ETag ?? '' };
  });
}

/** An object's bytes from an offset on. */
export async function openAt({ address, ask }: Connection, key: string, offset: number): Promise<AsyncIterable<Uint8Array>> {
  return ask(async (client, bucket) => {
    const { Body } = await client.getObject({ Bucket: bucket, Key: keyOf(address, key), ...(offset === 0 ? {} : { Range: `bytes=${offset}-` }) });
    if (Body === undefined) throw new Error('an object without a body came');
    return Body.transformToWebStream() as AsyncIterable<Uint8Array>;
  });
}

export async function sizeOf({ address, askFor }: Connection, key: string): Promise<number | undefined> {
  return (await askFor((client, bucket) => client.headObject({ Bucket: bucket, Key: keyOf(address, key) })))?.ContentLength;
}

/** False, with nothing written, when the condition does not hold. */
export async function put(
  { address, ask }: Connection,
  { key, body, ...options }: PutOptions & { readonly key: string; readonly body: string | Uint8Array },
): Promise<boolean> {
  const { onlyIf } = options;
  const condition = onlyIf === undefined ? {} : 'etag' in onlyIf ? { IfMatch: onlyIf.etag } : { IfNoneMatch: '*' };
  return ask(async (client, bucket) => {
    try {
      await client.putObject({ Bucket: bucket, Key: keyOf(address, key), Body: body, ...served(options), ...condition });
      return true;
    } catch (error) {
      if (onlyIf !== undefined && isLostRace(error)) return false;
      throw error;
    }
  });
}

/** Every key below a prefix, without what stands before every key of the store. */
export async function listKeys({ address, ask }: Connection, prefix: string): Promise<readonly string[]> {
  const keys: string[] = [];
  await eachPage(
    ask,
    (client, bucket, from) => client.listObjectsV2({ Bucket: bucket, Prefix: keyOf(address, prefix), ...from }),
    (page) => {
      for (const { Key = '' } of page.Contents ?? []) keys.push(Key.slice(address.base.length));
    },
  );
  return keys;
}

/** The next part of every key below a prefix that ends in a slash. */
export async function listFolders({ address, ask }: Connection, prefix: string): Promise<readonly string[]> {
  const folders: string[] = [];
  await eachPage(
    ask,
    (client, bucket, from) => client.listObjectsV2({ Bucket: bucket, Prefix: keyOf(address, prefix), Delimiter: '/', ...from }),
    (page) => {
      for (const { Prefix = '' } of page.CommonPrefixes ?? []) folders.push(Prefix.slice(address.base.length + prefix.length).replace(/\/$/, ''));
    },
  );
  return folders;
}

export async function remove({ address, ask }: Connection, key: string): Promise<void> {
  await ask((client, bucket) => client.deleteObject({ Bucket: bucket, Key: keyOf(address, key) }));
}

/** Resolves when the bucket is there and we may look into it. */
export async function assertBucket({ address, askFor }: Connection): Promise<void> {
  const found = await askFor((client, bucket) => client.headBucket({ Bucket: bucket }));
  if (found !== undefined) return;
  throw new BakeError('STORE_NOT_WRITABLE', { what: `There is no bucket for ${address.location}`, fix: 'Make the bucket first, or name another with --store' });
}

export function keyOf({ base }: Address, key: string): string {
  return `${base}${key}`;
}

export function served({ contentType, cacheControl }: Served): { readonly ContentType: string; readonly CacheControl: string } {
  return { ContentType: contentType, CacheControl: cacheControl };
}

type From = { readonly ContinuationToken?: string };

async function eachPage(
  ask: Connection['ask'],
  get: (client: S3, bucket: string, from: From) => Promise<ListObjectsV2CommandOutput>,
  take: (page: ListObjectsV2CommandOutput) => void,
): Promise<void> {
  let from: From = {};
  for (;;) {
    const page = await ask((client, bucket) => get(client, bucket, from));
    take(page);
    if (page.NextContinuationToken === undefined) return;
    from = { ContinuationToken: page.NextContinuationToken };
  }
}
