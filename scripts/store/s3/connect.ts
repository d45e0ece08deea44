import type { S3 } from '@aws-sdk/client-s3';
import type { Host } from '../../host/host.ts';
import { isTorn, s3Error, statusOf } from './s3-error.ts';

/** Where a store's objects are: its bucket, and what stands before every key of it. */
export interface Address {
  readonly bucket: string;
  /** Empty, or with a slash at its end. */
  readonly base: string;
  readonly location: string;
}

/** One question to the server, with its failures in our words. */
export interface Connection {
  readonly address: Address;
  readonly ask: <T>(question: (client: S3, bucket: string) => Promise<T>) => Promise<T>;
  /** The same, but undefined where the server says that there is no such thing. */
  readonly askFor: <T>(question: (client: S3, bucket: string) => Promise<T>) => Promise<T | undefined>;
}

const CONNECT_MS = 15_000;
const IDLE_MS = 60_000;
const TRIES = 4;
const PAUSE_MS = 200;

/** Speaks to the server that the environment's usual AWS variables name; the SDK is loaded with the first question. */
export function connectBucket(host: Host, address: Address): Connection {
  let client: Promise<S3> | undefined;
  const ask: Connection['ask'] = async (question) => {
    for (let tries = 1; ; tries += 1) {
      try {
        return await question(await (client ??= clientOf(host)), address.bucket);
      } catch (error) {
        // The SDK does not try again when a line tears while an answer comes. Everything that we ask may be asked twice.
        if (tries === TRIES || !isTorn(error) || host.interrupted.aborted) throw s3Error(error, address.location);
        await host.clock.sleep(PAUSE_MS * tries);
      }
    }
  };
  const askFor: Connection['askFor'] = (question) =>
    ask(async (s3, bucket) => {
      try {
        return await question(s3, bucket);
      } catch (error) {
        if (statusOf(error) === 404 && !(error instanceof Error && error.name === 'NoSuchBucket')) return undefined;
        throw error;
      }
    });
  return { address, ask, askFor };
}

async function clientOf({ facts: { env } }: Host): Promise<S3> {
  const { S3 } = await import('@aws-sdk/client-s3');
  const endpoint = env['AWS_ENDPOINT_URL_S3'] || env['AWS_ENDPOINT_URL'];
  const [accessKeyId, secretAccessKey, sessionToken] = [env['AWS_ACCESS_KEY_ID'], env['AWS_SECRET_ACCESS_KEY'], env['AWS_SESSION_TOKEN']];
  return new S3({
    region: env['AWS_REGION'] || env['AWS_DEFAULT_REGION'] || 'us-east-1',
    maxAttempts: 3,
    // Every object that decides something is held against a digest of ours: another failure of the same damage would not say which file it is.
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: IDLE_MS },
    // A server of one's own has seldom a name for each bucket.
    ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
    // Anything else (profiles, roles, single sign-on) is what the SDK's own chain finds.
    ...(accessKeyId === undefined || secretAccessKey === undefined
      ? {}
      : { credentials: { accessKeyId, secretAccessKey, ...(sessionToken === undefined ? {} : { sessionToken }) } }),
  });
}
