import { afterAll } from 'vitest';
import { storeContract } from '../store-contract.ts';
import { startRegistry } from './registry-server.ts';

const server = await startRegistry();
afterAll(() => server.stop());
let repositories = 0;

storeContract('a registry', {
  newLocation: () => {
    repositories += 1;
    return `oci://127.0.0.1:${server.port}/team/images-${repositories}`;
  },
  env: () => ({}),
});
