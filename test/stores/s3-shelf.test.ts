import { afterAll } from 'vitest';
import { storeContract } from '../store/store-contract.ts';
import { startS3Server } from './support/s3-server.ts';

const server = await startS3Server();
afterAll(() => server.stop());

storeContract('a bucket', {
  newLocation: async () => `s3://${await server.newBucket()}/images`,
  env: () => server.env(),
  damageIndex: async (location, change) => {
    const [bucket = ''] = location.slice('s3://'.length).split('/');
    const where = { Bucket: bucket, Key: 'images/index.json' };
    const text = await (await server.client.getObject(where)).Body?.transformToString();
    await server.client.putObject({ ...where, Body: change(text ?? '') });
  },
});
