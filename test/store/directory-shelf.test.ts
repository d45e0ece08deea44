import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { storeContract } from './store-contract.ts';

storeContract('a folder', {
  newLocation: (dir) => join(dir, 'published'),
  env: () => ({}),
  damageIndex: (location, change) => {
    const path = join(location, 'index.json');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    return Promise.resolve();
  },
});
