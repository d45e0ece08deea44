import { spawn } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Selector } from '../../scripts/model/release-name.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import type { Store } from '../../scripts/store/store.ts';
import { fakeHost } from '../support/fake-host.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID, releaseOf } from './fixtures.ts';

const [V1, V2, V3] = ['2026.11.22-1', '2026.11.22-2', '2026.11.22-3'] as const;

function setUp(): { readonly host: Host; readonly dir: string; readonly store: Store } {
  const { dir } = fakeHost();
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  return { host, dir, store: openStore(host, join(dir, 'published')) };
}

const at = (selector: Selector): { readonly imageId: string; readonly selector: Selector } => ({ imageId: IMAGE_ID, selector });
const latest = at({ kind: 'channel', channel: 'latest' });

/** Every name below a folder. */
function tree(dir: string): readonly string[] {
  return (readdirSync(dir, { recursive: true }) as string[]).toSorted();
}

describe('a store', () => {
  test('that is not there yet is empty, and is not made by looking', async () => {
    const { dir, store } = setUp();
    expect((await store.readIndex()).releases).toEqual([]);
    expect(existsSync(join(dir, 'published'))).toBe(false);
    await expect(store.find(latest)).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });

  test('holds a release whole: disk, manifest, digests of every file; nothing else', async () => {
    const { dir, store } = setUp();
    const artifact = artifactOf(dir, 'disk one');
    const release = releaseOf(artifact, V1);
    await store.prepare();
    await store.exclusively('test', async (locked) => {
      await locked.writeRelease({
        release,
        diskPath: artifact.diskPath,
        files: [
          { name: 'report.json', text: '{}' },
          { name: 'packages.txt', text: 'bash\n' },
        ],
      });
      await locked.listRelease(release);
    });
    expect(tree(store.location)).toEqual([
      IMAGE_ID,
      `${IMAGE_ID}/${V1}`,
      ...['SHA256SUMS', 'disk.qcow2', 'manifest.json', 'packages.txt', 'report.json'].map((name) => `${IMAGE_ID}/${V1}/${name}`),
      'channels.jsonl',
      'index.json',
    ]);
    const found = await store.find(latest);
    expect(found.release).toEqual(release);
    expect(await found.bringDisk()).toBe(join(store.location, IMAGE_ID, V1, 'disk.qcow2'));
    const sums = ((await found.readText('SHA256SUMS')) ?? '').trimEnd().split('\n');
    expect(sums.map((line) => line.slice(66))).toEqual(['disk.qcow2', 'manifest.json', 'packages.txt', 'report.json']);
    for (const line of sums) expect(line.slice(0, 64)).toBe(digestText((await found.readText(line.slice(66))) ?? ''));
  });

  test('finds by channel, version and digest, and says what there is when it does not', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    expect((await store.find(latest)).release.version).toBe(V2);
    expect((await store.find(at({ kind: 'version', version: V1 }))).release.version).toBe(V1);
    expect((await store.find(at({ kind: 'digest', sha256: digestText('one') }))).release.version).toBe(V1);
    for (const selector of [
      { kind: 'channel', channel: 'constructor' },
      { kind: 'version', version: V3 },
      { kind: 'digest', sha256: digestText('x') },
    ] as const) {
      await expect(store.find(at(selector))).rejects.toMatchObject({
        code: 'RELEASE_NOT_FOUND',
        details: [`channels: latest (${V2})`, `versions: ${V1}, ${V2}`],
      });
    }
  });

  test('counts its generations up by one with every change', async () => {
    const { dir, store } = setUp();
    await store.prepare();
    const before = (await store.readIndex()).generation;
    await addRelease(store, artifactOf(dir, 'one'), V1);
    expect((await store.readIndex()).generation).toBe(before + 1);
    await store.prepare();
    expect((await store.readIndex()).generation).toBe(before + 1);
  });

  test('refuses a disk whose bytes are not those that were tested, and leaves nothing', async () => {
    const { dir, store } = setUp();
    const artifact = artifactOf(dir, 'one');
    writeFileSync(artifact.diskPath, 'tampered');
    await expect(addRelease(store, artifact, V1)).rejects.toMatchObject({
      code: 'DISK_CHANGED',
      details: [expect.stringContaining(digestText('one')), expect.stringContaining(digestText('tampered')), expect.anything()],
    });
    expect(tree(store.location)).toEqual([IMAGE_ID, 'index.json']);
    expect((await store.readIndex()).releases).toEqual([]);
  });

  test('never changes a release that is there', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await expect(addRelease(store, artifactOf(dir, 'two'), V1)).rejects.toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(readFileSync(await (await store.find(latest)).bringDisk(), 'utf8')).toBe('one');
  });

  test.each(['../evil', '/etc/evil', 'a/../../evil', '', '-rf', 'a\0b', 'Ünicode', 'a'.repeat(200), '..', '.hidden'])(
    'refuses the image id %j and writes nothing for it',
    async (imageId) => {
      const { dir, store } = setUp();
      await store.prepare();
      const before = tree(dir);
      const artifact = { ...artifactOf(dir, 'one'), imageId };
      await expect(
        store.exclusively('test', (locked) => locked.writeRelease({ release: releaseOf(artifact, V1), diskPath: artifact.diskPath, files: [] })),
      ).rejects.toMatchObject({ code: 'USAGE' });
      await expect(store.find({ imageId, selector: latest.selector })).rejects.toMatchObject({ code: 'USAGE' });
      expect(tree(dir).filter((name) => !name.startsWith('artifacts'))).toEqual(before);
    },
  );

  test.each(['../../x', '2026.11.22-1/../../x', 'latest', '2026.11.22-01', '', '2026.11.22-1\n'])('refuses the version %j', async (version) => {
    const { dir, store } = setUp();
    await expect(addRelease(store, artifactOf(dir, 'one'), version)).rejects.toMatchObject({ code: 'USAGE' });
  });

  test.each(['../report.json', 'disk.qcow2', '.hidden', 'a/b', 'Report', '-x'])('refuses a file of a release named %j', async (name) => {
    const { dir, store } = setUp();
    const artifact = artifactOf(dir, 'one');
    await store.prepare();
    await expect(
      store.exclusively('test', (locked) =>
        locked.writeRelease({ release: releaseOf(artifact, V1), diskPath: artifact.diskPath, files: [{ name, text: 'x' }] }),
      ),
    ).rejects.toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(tree(store.location)).toEqual(['index.json']);
  });

  test('does not write through a link that was planted where a folder of it would be', async () => {
    const { dir, store } = setUp();
    await store.prepare();
    mkdirSync(join(dir, 'target'));
    symlinkSync(join(dir, 'target'), join(store.location, IMAGE_ID));
    await expect(addRelease(store, artifactOf(dir, 'one'), V1)).rejects.toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(readdirSync(join(dir, 'target'))).toEqual([]);
  });

  test('that anyone may write to is refused', async () => {
    const { dir, store } = setUp();
    mkdirSync(join(dir, 'published'), { mode: 0o777 });
    const loose: Host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
    await loose.files.chmod(store.location, 0o777);
    await expect(store.prepare()).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE', what: expect.stringContaining('Anyone') });
  });

  test('that cannot be a folder is refused', async () => {
    const { host, dir } = setUp();
    writeFileSync(join(dir, 'file'), '');
    for (const path of [join(dir, 'file'), join(dir, 'file', 'below')])
      await expect(openStore(host, path).prepare()).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
  });

  test('that is full says so and is as it was', async () => {
    const { host, dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const before = readFileSync(join(store.location, 'index.json'), 'utf8');
    const full: Host = {
      ...host,
      files: {
        ...host.files,
        writeText: (path, ...rest) =>
          path.endsWith('index.json') ? Promise.reject(Object.assign(new Error('ENOSPC: no space'), { code: 'ENOSPC' })) : host.files.writeText(path, ...rest),
      },
    };
    await expect(addRelease(openStore(full, store.location), artifactOf(dir, 'two'), V2)).rejects.toMatchObject({ code: 'NO_SPACE' });
    expect(readFileSync(join(store.location, 'index.json'), 'utf8')).toBe(before);
    expect((await store.find(latest)).release.version).toBe(V1);
  });
});

test.each([
  ['https://me:hunter2@host/path', 'https://…@host/path'],
  ['oci://me:hunter2@host/images', 'oci://…@host/images'],
  ['https://me:hunt@er2@host/path', 'https://…@host/path'],
  ['https://me:hunt/er2@host/path', 'https://…@host/path'],
])('a password in a mistyped address is not shown: %s', (location, shown) => {
  let said: unknown;
  try {
    openStore(fakeHost(), location);
  } catch (error) {
    said = error;
  }
  expect(said).toMatchObject({
    code: 'USAGE',
    what: `"${shown}" is not the address of a store`,
    fix: expect.stringContaining('from the environment') as string,
  });
});

describe('a damaged store', () => {
  test('an index cut at any place is STORE_CORRUPT with the reason and the remedy, and repair brings it back', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    const path = join(store.location, 'index.json');
    const whole = readFileSync(path);
    const index = await store.readIndex();
    for (let length = 0; length < whole.length; length += 23) {
      writeFileSync(path, whole);
      truncateSync(path, length);
      for (const use of [() => store.readIndex(), () => store.find(latest), () => store.prepare()]) {
        await expect(use()).rejects.toMatchObject({ code: 'STORE_CORRUPT', fix: expect.stringContaining('npm run repair') });
      }
      await store.repair();
      expect(await store.readIndex()).toMatchObject({ releases: index.releases, channels: index.channels });
    }
  });

  test('an index that is a folder or a link is STORE_CORRUPT', async () => {
    const { dir, store } = setUp();
    await store.prepare();
    rmSync(join(store.location, 'index.json'));
    symlinkSync(join(dir, 'elsewhere'), join(store.location, 'index.json'));
    await expect(store.readIndex()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    rmSync(join(store.location, 'index.json'));
    mkdirSync(join(store.location, 'index.json'));
    await expect(store.readIndex()).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
  });

  test('repair keeps the generation growing and brings channels back from their history', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    await store.exclusively('test', (locked) => locked.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: V1, why: 'promote' }));
    const before = await store.readIndex();
    writeFileSync(join(store.location, 'index.json'), readFileSync(join(store.location, 'index.json'), 'utf8').replace(V1, V3));
    await store.repair();
    const after = await store.readIndex();
    expect(after.channels).toEqual({ [IMAGE_ID]: { latest: V2, stable: V1 } });
    expect(after.generation).toBe(before.generation + 1);
  });

  test.each<readonly [string, (dir: string) => void]>([
    ['whose manifest is gone', (dir) => rmSync(join(dir, 'manifest.json'))],
    ['whose manifest is cut', (dir) => truncateSync(join(dir, 'manifest.json'), 20)],
    [
      'whose manifest is of another release',
      (dir) => writeFileSync(join(dir, 'manifest.json'), readFileSync(join(dir, 'manifest.json'), 'utf8').replaceAll(V1, V2)),
    ],
    [
      'whose manifest names another digest',
      (dir) => writeFileSync(join(dir, 'manifest.json'), readFileSync(join(dir, 'manifest.json'), 'utf8').replace(digestText('one'), digestText('other'))),
    ],
    [
      'whose manifest names a disk elsewhere',
      (dir) => writeFileSync(join(dir, 'manifest.json'), readFileSync(join(dir, 'manifest.json'), 'utf8').replace('disk.qcow2', '../../../etc/passwd')),
    ],
    ['whose disk is gone', (dir) => rmSync(join(dir, 'disk.qcow2'))],
    ['that is gone', (dir) => rmSync(dir, { recursive: true })],
  ])('a release %s is STORE_CORRUPT, and after a repair it is not listed', async (_, damage) => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    damage(join(store.location, IMAGE_ID, V1));
    await expect(store.find(latest)).rejects.toMatchObject({ code: 'STORE_CORRUPT' });
    await store.repair();
    await expect(store.find(latest)).rejects.toMatchObject({ code: 'RELEASE_NOT_FOUND' });
  });

  test('repair does not list a release whose disk is not the tested one', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const disk = join(store.location, IMAGE_ID, V1, 'disk.qcow2');
    rmSync(disk);
    writeFileSync(disk, 'eno');
    const { notes } = await store.repair();
    expect(notes).toEqual([expect.stringContaining('not whole'), expect.stringContaining(`latest of ${IMAGE_ID} pointed at ${V1}`)]);
    expect((await store.readIndex()).releases).toEqual([]);
  });
});

describe('an interrupted change', () => {
  test('between folder and index: the next prepare lists the release and moves latest to it', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    const artifact = artifactOf(dir, 'two');
    const died = store.exclusively('test', async (locked) => {
      await locked.writeRelease({ release: releaseOf(artifact, V2), diskPath: artifact.diskPath, files: [] });
      throw new Error('killed');
    });
    await expect(died).rejects.toThrow('killed');
    expect((await store.find(latest)).release.version).toBe(V1);
    expect(await store.prepare()).toEqual([expect.stringContaining(`Listed ${IMAGE_ID}@${V2}`)]);
    expect((await store.find(latest)).release.version).toBe(V2);
    expect(await store.prepare()).toEqual([]);
  });

  test('while writing: the half-written folder is no release, and the next prepare removes it', async () => {
    const { host, dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    // As after kill -9: neither the renaming nor the clean-up happens.
    const dying: Host = {
      ...host,
      files: {
        ...host.files,
        rename: (from, to) => (from.endsWith('.partial') ? Promise.reject(new Error('killed')) : host.files.rename(from, to)),
        remove: (path) => (path.endsWith('.partial') ? Promise.resolve() : host.files.remove(path)),
      },
    };
    await expect(addRelease(openStore(dying, store.location), artifactOf(dir, 'two'), V2)).rejects.toThrow('killed');
    expect(readdirSync(join(store.location, IMAGE_ID))).toHaveLength(2);
    expect((await store.find(latest)).release.version).toBe(V1);
    expect(await store.prepare()).toEqual([expect.stringContaining('half-written')]);
    expect(readdirSync(join(store.location, IMAGE_ID))).toEqual([V1]);
  });

  test.each(['index', 'folder'])('of a removal, before the change of the %s: the next prepare ends it', async (step) => {
    const { host, dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    const dying: Host = {
      ...host,
      files: {
        ...host.files,
        writeText: (path, ...rest) =>
          step === 'index' && path.endsWith('index.json') ? Promise.reject(new Error('killed')) : host.files.writeText(path, ...rest),
        rename: (from, to) => (to.includes('.removed.') ? Promise.reject(new Error('killed')) : host.files.rename(from, to)),
      },
    };
    await expect(openStore(dying, store.location).exclusively('prune', (locked) => locked.remove({ imageId: IMAGE_ID, version: V1 }))).rejects.toThrow(
      'killed',
    );
    await store.prepare();
    expect((await store.readIndex()).releases.map(({ version }) => version)).toEqual([V2]);
    expect(readdirSync(join(store.location, IMAGE_ID))).toEqual([V2]);
  });

  test('a removed version is not used again, and what a channel points at is not removed', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    await expect(store.exclusively('prune', (locked) => locked.remove({ imageId: IMAGE_ID, version: V2 }))).rejects.toMatchObject({
      code: 'BUSY',
      what: expect.stringContaining('latest'),
    });
    await store.exclusively('prune', (locked) => locked.remove({ imageId: IMAGE_ID, version: V1 }));
    expect(await store.exclusively('look', (locked) => locked.versions(IMAGE_ID))).toContain(V1);
  });

  test('a link to a release stays whole when the release is removed', async () => {
    const { dir, store } = setUp();
    await addRelease(store, artifactOf(dir, 'one'), V1);
    await addRelease(store, artifactOf(dir, 'two'), V2);
    const { bringDisk } = await store.find(at({ kind: 'version', version: V1 }));
    linkSync(await bringDisk(), join(dir, 'lease'));
    await store.exclusively('prune', (locked) => locked.remove({ imageId: IMAGE_ID, version: V1 }));
    expect(readFileSync(join(dir, 'lease'), 'utf8')).toBe('one');
  });
});

describe('readers and writers at once', () => {
  test('publishers in processes of their own lose nothing, and a reader never sees a broken store', async () => {
    const { dir, store } = setUp();
    await store.prepare();
    const root = process.cwd();
    const program = `
      import { localHost } from ${JSON.stringify(join(root, 'scripts/host/local-host.ts'))};
      import { openStore } from ${JSON.stringify(join(root, 'scripts/store/open-store.ts'))};
      import { addRelease, artifactOf } from ${JSON.stringify(join(root, 'test/store/fixtures.ts'))};
      const store = openStore(localHost({ interrupted: new AbortController().signal, projectDir: '/nowhere', env: { INGOT_SIGNING_KEY: 'none' } }), ${JSON.stringify(store.location)});
      const name = process.argv[1];
      for (let n = 1; n <= 5; n += 1) await addRelease(store, artifactOf(${JSON.stringify(dir)}, name + n, name), '2026.11.22-' + n);`;
    const names = ['image-a', 'image-b', 'image-c', 'image-d'];
    const node = join(root, 'node_modules', '.bin', 'node');
    const codes = names.map(
      (name) => new Promise((resolve) => spawn(node, ['--input-type=module', '-e', program, name], { stdio: 'inherit' }).once('close', resolve)),
    );
    const over = new AbortController();
    const writers = Promise.all(codes).finally(() => over.abort());
    let reads = 0;
    while (!over.signal.aborted) {
      for (const { imageId, version, sha256 } of (await store.readIndex()).releases) {
        const { release, bringDisk } = await store.find({ imageId, selector: { kind: 'version', version } });
        expect([release.disk.sha256, statSync(await bringDisk()).size]).toEqual([sha256, imageId.length + 1]);
        reads += 1;
      }
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await writers).toEqual([0, 0, 0, 0]);
    expect(reads).toBeGreaterThan(0);
    const { releases, channels } = await store.readIndex();
    expect(releases).toHaveLength(20);
    for (const { imageId, version, sha256 } of releases) expect(sha256).toBe(digestText(`${imageId}${version.split('-')[1]}`));
    expect(channels).toEqual(Object.fromEntries(names.map((name) => [name, { latest: '2026.11.22-5' }])));
  });
});
