import { expect, test } from 'vitest';
import { writeSeedIso } from '../../scripts/tools/seed-iso.ts';
import { fakeHost } from '../support/fake-host.ts';

test('packs the files under the label that cloud-init looks for', async () => {
  const host = fakeHost([{ command: 'xorriso' }]);
  const files = [
    { path: 'user-data', text: '#cloud-config\n' },
    { path: 'meta-data', text: 'instance-id: "x"\n' },
  ];
  await expect(writeSeedIso(host, { dir: host.dir, files })).resolves.toBe(`${host.dir}/seed.iso`);
  expect(host.commands).toEqual([`xorriso -as mkisofs -quiet -volid cidata -joliet -rock -output ${host.dir}/seed.iso ${host.dir}/seed`]);
  await expect(host.files.list(`${host.dir}/seed`)).resolves.toEqual(['meta-data', 'user-data']);
  expect((await host.files.stat(`${host.dir}/seed/user-data`))?.mode).toBe(0o600);
});
