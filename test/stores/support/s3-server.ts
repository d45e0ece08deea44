import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { S3 } from '@aws-sdk/client-s3';
import { startServer, type TestServer } from '../../support/test-server.ts';
import { S3_SERVER_PATH } from './install-servers.ts';

const [ACCESS_KEY, SECRET_KEY] = ['test-access-key', 'test-secret-key'];

export interface S3Server extends TestServer {
  /** What a host's environment says so that it reaches this server; through another port when one is given. */
  readonly env: (port?: number) => Readonly<Record<string, string>>;
  readonly client: S3;
  readonly newBucket: () => Promise<string>;
}

/** A real S3 server over a folder; its own rules for conditional writes, multipart uploads and signatures. */
export async function startS3Server(wrap: (dir: string) => readonly string[] = () => []): Promise<S3Server> {
  const server = await startServer({
    argv: ({ port, dir }) => {
      if (!existsSync(join(dir, 'data'))) mkdirSync(join(dir, 'data'));
      return [...wrap(join(dir, 'data')), S3_SERVER_PATH, '--port', `127.0.0.1:${port}`, '--health', '/health', 'posix', join(dir, 'data')];
    },
    env: { ROOT_ACCESS_KEY: ACCESS_KEY, ROOT_SECRET_KEY: SECRET_KEY },
  });
  const endpoint = (port: number): string => `http://127.0.0.1:${port}`;
  const client = new S3({
    region: 'us-east-1',
    endpoint: endpoint(server.port),
    forcePathStyle: true,
    credentials: { accessKeyId: ACCESS_KEY, secretAccessKey: SECRET_KEY },
  });
  let buckets = 0;
  return {
    ...server,
    client,
    env: (port = server.port) => ({
      AWS_ENDPOINT_URL: endpoint(port),
      AWS_REGION: 'us-east-1',
      AWS_ACCESS_KEY_ID: ACCESS_KEY,
      AWS_SECRET_ACCESS_KEY: SECRET_KEY,
    }),
    newBucket: async () => {
      buckets += 1;
      await client.createBucket({ Bucket: `bucket-${buckets}` });
      return `bucket-${buckets}`;
    },
  };
}
