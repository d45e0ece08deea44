import { expect, test } from 'vitest';
import { loadInventoryProbe } from '../../scripts/stages/load-inventory-probe.ts';
import { PROJECT_DIR } from '../support/fake-disks.ts';
import { fakeHost } from '../support/fake-host.ts';

test('the probe is the script, under the name by which its answer is found', async () => {
  const probe = await loadInventoryProbe(fakeHost([], { projectDir: PROJECT_DIR }));
  expect(probe).toEqual({ name: 'inventory', run: expect.stringContaining('var/lib/dpkg/status') });
});
