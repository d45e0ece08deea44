import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { localRun } from '../../scripts/host/local-processes.ts';
import { writeSeedIso } from '../../scripts/tools/seed-iso.ts';
import { fakeHost } from '../support/fake-host.ts';
import { needTool } from '../support/need-tool.ts';

test('packs the files under the label that cloud-init looks for', async () => {
  const host = fakeHost([{ command: 'xorriso' }]);
  const files = [
    { path: 'user-data', text: '#cloud-config\n' },
    { path: 'meta-data', text: 'instance-id: "x"\n' },
  ];
  await expect(writeSeedIso(host, { dir: host.dir, files })).resolves.toBe(`${host.dir}/seed.iso`);
  expect(host.commands).toEqual([`xorriso -as mkisofs -quiet -volid cidata -joliet -rock -output ${host.dir}/seed.iso ${host.dir}/seed`]);
  await expect(host.files.list(`${host.dir}/seed`)).resolves.toEqual(['meta-data', 'user-data']);
  const modes = await Promise.all(['seed', 'seed/user-data', 'seed.iso'].map(async (path) => (await host.files.stat(`${host.dir}/${path}`))?.mode));
  expect(modes).toEqual([0o700, 0o600, 0o600]);
});

test('what xorriso makes is the CD, is for its owner alone, and takes the place of an older one', async () => {
  needTool('xorriso');
  const host = fakeHost();
  const real = { ...host, run: localRun(new AbortController().signal, false) };
  const umask = process.umask(0);
  try {
    for (const text of ['first\n'.repeat(1000), 'second\n']) {
      const path = await writeSeedIso(real, { dir: host.dir, files: [{ path: 'user-data', text }] });
      expect((await host.files.stat(path))?.mode).toBe(0o600);
      const outPath = join(host.dir, text.slice(0, 6).trim());
      execFileSync('xorriso', ['-osirrox', 'on', '-indev', path, '-extract', '/user-data', outPath], { stdio: 'ignore' });
      expect(readFileSync(outPath, 'utf8') === text).toBe(true);
    }
  } finally {
    process.umask(umask);
  }
});
