import { BakeError } from '../../errors.ts';

const REFUSED = new Set([
  'AccessDenied',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
  'ExpiredToken',
  'InvalidToken',
  'CredentialsProviderError',
  'Forbidden',
]);
const FULL = new Set(['QuotaExceeded', 'XMinioStorageFull', 'InsufficientStorage', 'StorageFull']);

/** The HTTP status that an error of the SDK carries. */
export function statusOf(error: unknown): number | undefined {
  const metadata = error instanceof Error && '$metadata' in error ? (error.$metadata as { readonly httpStatusCode?: number } | undefined) : undefined;
  return metadata?.httpStatusCode;
}

/** True when a condition of a write did not hold: somebody else has written meanwhile. */
export function isLostRace(error: unknown): boolean {
  return statusOf(error) === 412 || (statusOf(error) === 409 && error instanceof Error && error.name === 'ConditionalRequestConflict');
}

/** True for a connection that ended before its answer did. */
export function isTorn(error: unknown): boolean {
  return error instanceof Error && 'code' in error && ['ECONNRESET', 'EPIPE', 'ETIMEDOUT'].includes(String(error.code));
}

/** Says in our words why a bucket did not do what it was asked; never with a request in it, since requests carry signatures. */
export function s3Error(error: unknown, location: string): unknown {
  if (error instanceof BakeError || !(error instanceof Error) || error.name === 'AbortError') return error;
  const status = statusOf(error);
  const details = [`${error.name}: ${error.message}`.slice(0, 300), ...(status === undefined ? [] : [`HTTP status ${status}`])];
  const found = { details, cause: error };
  if (error.name === 'NoSuchBucket')
    return new BakeError('STORE_NOT_WRITABLE', {
      what: `There is no bucket for ${location}`,
      fix: 'Make the bucket first, or name another with --store',
      ...found,
    });
  if (REFUSED.has(error.name) || status === 401 || status === 403)
    return new BakeError('STORE_NOT_WRITABLE', {
      what: `${location} refuses us`,
      fix: 'Give credentials with the right to read and write there, in the way that the AWS tools take them (AWS_ACCESS_KEY_ID, AWS_PROFILE, a role)',
      ...found,
    });
  if (FULL.has(error.name) || status === 507 || /no space left|disk full|quota/i.test(error.message))
    return new BakeError('NO_SPACE', {
      what: `No space is left in ${location}`,
      fix: 'Make room there (`npm run prune`), then run the same command again',
      ...found,
    });
  if (status === undefined || status >= 500)
    return new BakeError('NETWORK_UNREACHABLE', {
      what: `${location} cannot be reached, or fails`,
      fix: 'Check network and endpoint (AWS_ENDPOINT_URL, AWS_REGION), then run the same command again: what was uploaded is kept',
      ...found,
    });
  return new BakeError('TOOL_FAILED', { what: `${location} did not do what it was asked`, fix: 'Read what it says below', ...found });
}
