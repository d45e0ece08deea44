import type { Address } from './connect.ts';

const S3 = /^s3:\/\/(?<bucket>[a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(?<prefix>[A-Za-z0-9._-]+(?:\/[A-Za-z0-9._-]+)*))?\/?$/;

/** Where `s3://bucket/prefix` leads; undefined for what is not such an address. Credentials come from the environment, never from it. */
export function s3Address(written: string): Address | undefined {
  const { bucket, prefix = '' } = S3.exec(written)?.groups ?? {};
  if (bucket === undefined) return undefined;
  return { bucket, base: prefix === '' ? '' : `${prefix}/`, location: `s3://${bucket}${prefix === '' ? '' : '/'}${prefix}` };
}
