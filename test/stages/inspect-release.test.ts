import { symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectRelease } from '../../scripts/stages/inspect-release.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID } from '../store/fixtures.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

test('hashes what is a file, and follows no link', async () => {
  const host = fakeHost();
  const store = openStore(host, join(host.dir, 'published'));
  const { version } = await addRelease(store, artifactOf(host.dir, 'disk'), '2026.11.22-1');
  const releaseDir = join(host.dir, 'published', IMAGE_ID, version);
  writeFileSync(join(releaseDir, 'a.txt'), 'text');
  symlinkSync('/etc/hostname', join(releaseDir, 'b.txt'));
  const opened = await store.openUnchecked({ imageId: IMAGE_ID, selector: { kind: 'version', version } });
  const { files, texts } = await inspectRelease.run(opened, contextOf(host));
  expect(files).toEqual(
    expect.arrayContaining([
      { name: 'a.txt', sha256: digestText('text') },
      { name: 'b.txt', sha256: null },
      { name: 'disk.qcow2', sha256: digestText('disk') },
    ]),
  );
  expect(Object.keys(texts)).toEqual(['SHA256SUMS', 'a.txt', 'manifest.json']);
});
