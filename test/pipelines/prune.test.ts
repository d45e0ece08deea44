import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { prune } from '../../scripts/pipelines/prune.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { ownIdentity } from '../../scripts/store/process-identity.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const VERSIONS = ['2026.11.01-1', '2026.11.02-1', '2026.11.03-1', '2026.11.21-1'];

async function setUp(): Promise<{ readonly desk: Desk; readonly storeLocation: string; readonly dir: string }> {
  const host = fakeHost([], { pid: process.pid });
  const storeLocation = join(host.dir, 'published');
  for (const version of VERSIONS)
    await addRelease(openStore(host, storeLocation), artifactOf(host.dir, version), version, `${version.slice(0, 10).replaceAll('.', '-')}T00:00:00.000Z`);
  return { desk: { host, say: () => undefined }, storeLocation, dir: host.dir };
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
    const { desk, storeLocation } = await setUp();
    const result = await prune(desk, { storeLocation, keepNewest: 2, keepDays: 0, apply: false });
    expect(result).toMatchObject({ applied: false, freedBytes: 24, dropped: [{ version: VERSIONS[0] }, { version: VERSIONS[1] }] });
    expect(readdirSync(join(storeLocation, IMAGE_ID))).toEqual(VERSIONS);
  });

  test('drops what nothing speaks for, from index and disk', async () => {
    const { desk, storeLocation } = await setUp();
    await prune(desk, { storeLocation, keepNewest: 1, keepDays: 20.5, apply: true });
    expect(readdirSync(join(storeLocation, IMAGE_ID))).toEqual(VERSIONS.slice(1));
    expect((await openStore(desk.host, storeLocation).readIndex()).releases.map(({ version }) => version)).toEqual(VERSIONS.slice(1));
  });

  test('spares what a running VM uses, but not what a dead one used', async () => {
    const place = await setUp();
    await plantVm(place, 'alive', { version: '2026.11.01-1' });
    await plantVm(place, 'dead', { version: '2026.11.02-1', startTime: '1' });
    const { kept, dropped } = await prune(place.desk, { storeLocation: place.storeLocation, keepNewest: 1, keepDays: 0, apply: true });
    expect(dropped.map(({ version }) => version)).toEqual(['2026.11.02-1', '2026.11.03-1']);
    expect(kept[0]?.reasons).toEqual(['a running VM uses it']);
  });

  test('spares what a channel points at', async () => {
    const { desk, storeLocation } = await setUp();
    await openStore(desk.host, storeLocation).exclusively('test', (locked) =>
      locked.setChannel({ imageId: IMAGE_ID, channel: 'stable', version: '2026.11.01-1', why: 'promote' }),
    );
    const { dropped } = await prune(desk, { storeLocation, keepNewest: 1, keepDays: 0, apply: true });
    expect(dropped.map(({ version }) => version)).toEqual(['2026.11.02-1', '2026.11.03-1']);
  });
});
