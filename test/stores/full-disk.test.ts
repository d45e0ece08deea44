import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, IMAGE_ID } from '../store/fixtures.ts';
import { startRegistry } from '../store/oci/registry-server.ts';
import { fakeHost } from '../support/fake-host.ts';
import { startS3Server } from './support/s3-server.ts';

const MIB = 2 ** 20;
const [V1, V2] = ['2026.11.22-1', '2026.11.22-2'];
const latest = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } } as const;

/** Runs a program where one folder is a file system of its own with little room, which goes when the program does. */
function withLittleRoom(dir: string): readonly string[] {
  return ['unshare', '--mount', 'sh', '-c', 'mount -t tmpfs -o size=24m tmpfs "$0" && exec "$@"', dir];
}

const s3 = await startS3Server(withLittleRoom);
const registry = await startRegistry('', withLittleRoom);
afterAll(() => Promise.all([s3.stop(), registry.stop()]));

describe.each(['s3', 'oci'] as const)('%s', (kind) => {
  test('a server without room: said by name, nothing is listed, and the release before is still there', async () => {
    const { dir } = fakeHost();
    const host = localHost({
      interrupted: new AbortController().signal,
      projectDir: dir,
      env: { ...s3.env(), INGOT_SIGNING_KEY: 'none', INGOT_BUILD_DIR: join(dir, 'build') },
    });
    const store = openStore(host, kind === 's3' ? `s3://${await s3.newBucket()}` : `oci://127.0.0.1:${registry.port}/full/images`);
    await addRelease(store, artifactOf(dir, 'one'), V1 ?? '');
    const before = await store.readIndex();
    await expect(addRelease(store, artifactOf(dir, 'x'.repeat(40 * MIB)), V2 ?? '')).rejects.toMatchObject({
      code: expect.stringMatching(/^(NO_SPACE|NETWORK_UNREACHABLE)$/),
    });
    expect((await store.readIndex()).releases).toEqual(before.releases);
    expect((await store.find(latest)).release.version).toBe(V1);
  });
});

test('a folder without room: said by name, nothing half-made is left, and the release before is still there', () => {
  const { dir } = fakeHost();
  const program = join(dir, 'fill.ts');
  const project = join(import.meta.dirname, '../..');
  mkdirSync(join(dir, 'small'));
  writeFileSync(
    program,
    `import { readdirSync } from 'node:fs';
     import { localHost } from ${JSON.stringify(join(project, 'scripts/host/local-host.ts'))};
     import { openStore } from ${JSON.stringify(join(project, 'scripts/store/open-store.ts'))};
     import { addRelease, artifactOf, IMAGE_ID } from ${JSON.stringify(join(project, 'test/store/fixtures.ts'))};
     const host = localHost({ interrupted: new AbortController().signal, projectDir: '/nowhere', env: { INGOT_SIGNING_KEY: 'none' } });
     const store = openStore(host, ${JSON.stringify(join(dir, 'small/published'))});
     await addRelease(store, artifactOf(${JSON.stringify(dir)}, 'one'), ${JSON.stringify(V1)});
     const failure = await addRelease(store, artifactOf(${JSON.stringify(dir)}, 'x'.repeat(${40 * MIB})), ${JSON.stringify(V2)}).catch((error) => error);
     const { releases } = await store.readIndex();
     console.log(JSON.stringify([failure.code, releases.map(({ version }) => version), readdirSync(${JSON.stringify(join(dir, 'small/published', IMAGE_ID))})]));`,
  );
  const [command, ...args] = [...withLittleRoom(join(dir, 'small')), join(project, 'node_modules/.bin/node'), program];
  const { stdout, stderr } = spawnSync(command, args, { encoding: 'utf8' });
  expect([stdout.trim(), stderr]).toEqual([JSON.stringify(['NO_SPACE', [V1], [V1]]), '']);
});
