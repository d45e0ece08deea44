import { expect, test } from 'vitest';
import type { Inventory } from '../../scripts/model/inventory.ts';
import { installedPackages } from '../../scripts/plan/installed-packages.ts';

const inventory: Inventory = {
  packages: [
    { type: 'npm', name: 'tin', version: '1.2.3', source: 'opt/app/node_modules/tin/package.json' },
    { type: 'rpm', name: 'bash', version: '4.4.20-5.el8', source: 'bash-4.4.20-5.el8.src.rpm', arch: 'x86_64' },
  ],
  ...{ privileged: {}, units: [], files: {} },
};

test('the disk’s own list comes first', () => {
  expect(installedPackages({ packages: ['bash 5.2 amd64'] }, inventory)).toEqual(['bash 5.2 amd64']);
});

test('where it has none that can be read without a mount, what verification saw of the system’s packages', () => {
  expect(installedPackages({ packages: [] }, inventory)).toEqual(['bash 4.4.20-5.el8 x86_64']);
});

test('where neither could be read, none', () => {
  expect(installedPackages({ packages: [] }, undefined)).toEqual([]);
});
