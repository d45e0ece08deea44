import { existsSync, linkSync, mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../scripts/model/event.ts';
import { prune } from '../../scripts/pipelines/prune.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { ownIdentity } from '../../scripts/store/process-identity.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const VERSIONS = ['2026.11.01-1', '2026.11.02-1', '2026.11.03-1', '2026.11.21-1'];

async function setUp(): Promise<{ readonly desk: Desk; readonly storeLocation: string; readonly buildDir: string; readonly dir: string }> {
  const host = fakeHost([], { pid: process.pid });
  const storeLocation = join(host.dir, 'published');
  for (const version of VERSIONS)
    await addRelease(openStore(host, storeLocation), artifactOf(host.dir, version), version, `${version.slice(0, 10).replaceAll('.', '-')}T00:00:00.000Z`);
  return { desk: { host, say: () => undefined }, storeLocation, buildDir: join(host.dir, 'build'), dir: host.dir };
}

async function plantVm(
  { desk: { host }, dir }: Awaited<ReturnType<typeof setUp>>,
  name: string,
  { version, startTime }: { readonly version: string; readonly startTime?: string },
): Promise<void> {
  const me = await ownIdentity(host);
  const record = {
    kind: 'Vm',
    schemaVersion: 1,
    name,
    imageId: IMAGE_ID,
    sha256: digestText(version),
    launcher: me,
    process: { ...me, ...(startTime === undefined ? {} : { startTime }) },
  };
  mkdirSync(join(dir, 'build', 'vms', name), { recursive: true });
  writeFileSync(join(dir, 'build', 'vms', name, 'vm.json'), JSON.stringify(record));
}

describe('prune', () => {
  test('only says what would go, unless it is told to do it', async () => {
    const { desk, storeLocation, buildDir } = await setUp();
    const result = await prune(desk, { storeLocation, buildDir, keepNewest: 2, keepDays: 0, apply: false });
    expect(result).toMatchObject({ applied: false, freedBytes: 24, dropped: [{ version: VERSIONS[0] }, { version: VERSIONS[1] }] });
    expect(readdirSync(join(storeLocation, IMAGE_ID))).toEqual(VERSIONS);
  });

  test('drops what nothing speaks for, from index and disk', async () => {
    const { desk, storeLocation, buildDir } = await setUp();
    await prune(desk, { storeLocation, buildDir, keepNewest: 1, keepDays: 20.5, apply: true });
    expect(readdirSync(join(storeLocation, IMAGE_ID))).toEqual(VERSIONS.slice(1));
    expect((await openStore(desk.host, storeLocation).readIndex()).releases.map(({ version }) => version)).toEqual(VERSIONS.slice(1));
  });

  test('spares what a running VM uses, but not what a dead one used', async () => {
    const place = await setUp();
    await plantVm(place, 'alive', { version: '2026.11.01-1' });
    await plantVm(place, 'dead', { version: '2026.11.02-1', startTime: '1' });
    const { kept, dropped } = await prune(place.desk, { ...place, keepNewest: 1, keepDays: 0, apply: true });
    expect(dropped.map(({ version }) => version)).toEqual(['2026.11.02-1', '2026.11.03-1']);
    expect(kept[0]?.reasons).toEqual(['a running VM uses it']);
  });

  test('spares what a channel points at', async () => {
    const { desk, storeLocation, buildDir } = await setUp();
    await openStore(desk.host, storeLocation).exclusively('test', (locked) =>
      locked.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: '2026.11.01-1', why: 'promote' }),
    );
    const { dropped } = await prune(desk, { storeLocation, buildDir, keepNewest: 1, keepDays: 0, apply: true });
    expect(dropped.map(({ version }) => version)).toEqual(['2026.11.02-1', '2026.11.03-1']);
  });

  test('takes old copies of disks from stores elsewhere, and leaves a VM the one that it runs on', async () => {
    const { desk, storeLocation, buildDir } = await setUp();
    const [old, young] = ['a', 'b'].map((letter) => join(buildDir, 'cache/releases', `sha256-${letter.repeat(64)}.qcow2`)) as [string, string];
    mkdirSync(dirname(old), { recursive: true });
    for (const [path, written] of [
      [old, '2026-11-15T00:00:00Z'],
      [young, '2026-11-15T00:00:01Z'],
    ] as const) {
      writeFileSync(path, 'a disk');
      utimesSync(path, new Date(written), new Date(written));
    }
    const ofVm = join(buildDir, 'disk-of-a-vm.qcow2');
    linkSync(old, ofVm);
    const request = { storeLocation, buildDir, keepNewest: 4, keepDays: 7 };
    expect(await prune(desk, { ...request, apply: false })).toMatchObject({
      dropped: [],
      droppedDisks: [{ sha256: 'a'.repeat(64), sizeBytes: 6 }],
      freedBytes: 6,
    });
    expect(existsSync(old)).toBe(true);
    await prune(desk, { ...request, apply: true });
    expect([old, young, ofVm].map((path) => existsSync(path))).toEqual([false, true, true]);
    expect(readdirSync(dirname(old))).toEqual([basename(young)]);
  });

  test('clears away downloads that nobody has gone on with for a week, and says so; a dry run does not', async () => {
    const { desk, storeLocation, buildDir } = await setUp();
    const events: Event[] = [];
    const part = join(buildDir, 'cache/releases/sha256-a.qcow2.part');
    mkdirSync(dirname(part), { recursive: true });
    writeFileSync(part, 'half');
    utimesSync(part, new Date('2026-11-01T00:00:00Z'), new Date('2026-11-01T00:00:00Z'));
    const clean = (apply: boolean) =>
      prune({ ...desk, say: (event) => void events.push(event) }, { storeLocation, buildDir, keepNewest: 3, keepDays: 0, apply });
    await clean(false);
    expect(existsSync(part)).toBe(true);
    await clean(true);
    expect(existsSync(part)).toBe(false);
    expect(events).toEqual([{ type: 'note', message: expect.stringContaining('Removed 1 file(s)') as string }]);
  });

  test.each([{ keepNewest: 0 }, { keepNewest: 1.5 }, { keepDays: -1 }, { keepDays: Number.NaN }])('refuses %o before anything goes', async (rule) => {
    const { desk, storeLocation, buildDir } = await setUp();
    const cache = join(buildDir, 'cache/releases');
    const names = ['sha256-a.qcow2.part', `sha256-${'a'.repeat(64)}.qcow2`];
    mkdirSync(cache, { recursive: true });
    for (const path of names.map((name) => join(cache, name))) {
      writeFileSync(path, 'old');
      utimesSync(path, 0, 0);
    }
    const request = { storeLocation, buildDir, keepNewest: 3, keepDays: 7, apply: true, ...rule };
    await expect(prune(desk, request)).rejects.toMatchObject({ code: 'USAGE' });
    expect(readdirSync(cache)).toEqual(names.toSorted());
    expect(readdirSync(join(storeLocation, IMAGE_ID))).toEqual(VERSIONS);
  });
});
