import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { RebuildReport } from '../../scripts/model/rebuild-report.ts';
import type { Tree } from '../../scripts/model/tree.ts';
import { bake } from '../../scripts/pipelines/bake.ts';
import { rebuild } from '../../scripts/pipelines/rebuild.ts';
import { verify } from '../../scripts/pipelines/verify.ts';
import { listTree } from '../../scripts/stages/list-tree.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { bakingHost, requestOf, verified } from './baking-host.ts';

// A verification boots a VM, and a list of files mounts a disk: here they only report.
vi.mock('../../scripts/pipelines/verify.ts', () => ({ verify: vi.fn() }));
vi.mock('../../scripts/stages/list-tree.ts', () => ({ listTree: { name: 'list-tree', title: 'List', run: vi.fn() } }));
const listed = vi.mocked(listTree.run);
beforeEach(() => {
  vi.mocked(verify).mockReset();
  vi.mocked(verify).mockImplementation((_desk, request) => Promise.resolve(verified(request)));
  listed.mockReset();
  listed.mockImplementation(() => Promise.resolve(treeWith('a')));
});

const CONF = 'packer/components/web/files/etc/web/web.conf.hbs';
const ALLOWED = { 'config/rebuild.yaml': { yaml: { allowed: [{ path: 'var/cache/*', why: 'made anew by every bake' }] } } };
const treeWith = (sha256: string, path = 'etc/x'): Tree => new Map([[path, { type: 'f', mode: '644', owner: '0:0', link: '', sizeBytes: 1, sha256 }]]);

async function released(): Promise<FakeHost> {
  const host = bakingHost(ALLOWED);
  await bake(deskOf(host), requestOf(host));
  return host;
}

function again(host: FakeHost, anyway = false): Promise<RebuildReport> {
  const { buildDir, cacheDir, storeLocation } = requestOf(host);
  return rebuild(deskOf(host), { buildDir, cacheDir, storeLocation, reference: 'box-small-tin-1', anyway, yes: false });
}

test('bakes everything again, boots nothing, publishes nothing, and leaves what was baked before as it was', async () => {
  const host = await released();
  const artifact = join(host.dir, 'build/artifacts/box-small-tin-1');
  const before = filesOf(host, artifact);
  host.commands.length = 0;
  expect(await again(host)).toMatchObject({ release: 'box-small-tin-1@2026.11.22-1', verdict: 'identical', files: 1, inputs: [], differences: [] });
  expect(host.commands.filter((command) => command.startsWith('packer build')).length).toBeGreaterThan(1);
  expect(verify).toHaveBeenCalledTimes(1);
  expect((await openStore(host, join(host.dir, 'published')).readIndex()).releases).toHaveLength(1);
  expect(await filesOf(host, artifact)).toEqual(await before);
  expect(existsSync(join(host.dir, 'build/rebuild'))).toBe(false);
});

test.each<readonly [string, RebuildReport['verdict'], string | null]>([
  ['etc/x', 'different', null],
  ['var/cache/y', 'explained', 'made anew by every bake'],
])('a difference in %s is %s', async (path, verdict, why) => {
  const host = await released();
  listed.mockResolvedValueOnce(treeWith('a', path)).mockResolvedValueOnce(treeWith('b', path));
  expect(await again(host)).toMatchObject({ verdict, differences: [{ path, what: 'content, 1 → 1 bytes', why }] });
});

test('what would be made from something else is refused before anything is baked, and baked when that is wanted', async () => {
  const host = await released();
  writeFileSync(join(host.dir, CONF), 'other {{word params.workerCount}}\n');
  host.commands.length = 0;
  await expect(again(host)).rejects.toMatchObject({ code: 'CONFIG_INVALID', what: expect.stringContaining('from layer configure upwards') as string });
  expect(host.commands.filter((command) => command.startsWith('packer build'))).toEqual([]);
  const { inputs } = await again(host, true);
  expect(inputs.map(({ name }) => name)).toEqual(['layer configure', 'layer sealed']);
});

test('a second one at the same time is refused, and leaves the first one what it works on', async () => {
  const host = await released();
  const second: unknown[] = [];
  listed.mockImplementationOnce(async ({ diskPath }) => {
    second.push(await again(host).catch((error: unknown) => error));
    expect(existsSync(diskPath)).toBe(true);
    return treeWith('a');
  });
  expect(await again(host)).toMatchObject({ verdict: 'identical' });
  expect(second).toMatchObject([{ code: 'BUSY', what: expect.stringContaining('rebuilding box-small-tin-1') as string }]);
  expect(await again(host)).toMatchObject({ verdict: 'identical' });
});

test('a release that does not say what it was made from is refused', async () => {
  const host = await released();
  await bake(deskOf(host), requestOf(host));
  const found = await openStore(host, join(host.dir, 'published')).find({ imageId: 'box-small-tin-1', selector: { kind: 'channel', channel: 'latest' } });
  const path = join(host.dir, 'published/box-small-tin-1', found.release.version, 'provenance.intoto.json');
  const envelope = JSON.parse(readFileSync(path, 'utf8')) as { payload: string };
  expect(Buffer.from(envelope.payload, 'base64').toString()).toContain('urn:ingot:bake:v1');
  writeFileSync(path, JSON.stringify({ ...envelope, payload: Buffer.from('{}').toString('base64') }));
  await expect(again(host)).rejects.toMatchObject({ code: expect.stringMatching(/^(?:RELEASE_NOT_FOUND|NOT_TRUSTED)$/) as string });
});

async function filesOf(host: FakeHost, dir: string): Promise<readonly string[]> {
  const keys = await host.files.list(dir);
  return Promise.all(keys.map((key) => host.files.digest(join(dir, key, 'disk.qcow2'))));
}
