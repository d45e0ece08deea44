import type { Host } from '../../host/host.ts';
import { MOST_RECORD_BYTES } from '../../plan/layer-record.ts';
import { getText, openAt, put, sizeOf, type Served } from '../s3/bucket.ts';
import { connectBucket, type Address } from '../s3/connect.ts';
import { contentType } from '../s3/content-type.ts';
import { uploadDisk } from '../s3/upload-disk.ts';
import type { LayerShelf } from './layer-shelf.ts';

/** A disk is known by its content; a record is replaced when it does not count any more. */
const DISK_CACHE = 'private, max-age=31536000, immutable';
const RECORD_CACHE = 'no-cache';

/** Shared layers in a bucket: no lock, a record is created where there is none, or replaced over the very one that was read. */
export function bucketLayers(host: Host, address: Address): LayerShelf {
  const bucket = connectBucket(host, address);
  return {
    location: address.location,
    readText: async (name) => {
      const found = await getText(bucket, name, MOST_RECORD_BYTES);
      return found === undefined ? undefined : { text: found.text, revision: found.etag };
    },
    replaceText: (name, text, read) =>
      put(bucket, { key: name, body: text, ...servedAs(name, RECORD_CACHE), onlyIf: read === undefined ? { absent: true } : { etag: read.revision } }),
    sizeOf: (name) => sizeOf(bucket, name),
    open: (name, offset) => openAt(bucket, name, offset),
    writeDisk: (name, { path, sizeBytes, sha256, title }) =>
      uploadDisk(host, bucket, { key: name, path, sizeBytes, sha256, name: title, ...servedAs(name, DISK_CACHE) }),
  };
}

function servedAs(name: string, cacheControl: string): Served {
  return { contentType: contentType(name), cacheControl };
}
