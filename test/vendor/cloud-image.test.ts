import { createHash } from 'node:crypto';
import { cp, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import { bake } from '../../scripts/pipelines/bake.ts';
import { lock } from '../../scripts/pipelines/lock.ts';
import { planBuild } from '../../scripts/plan/build-plan.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { makeBase } from '../../scripts/stages/make-base.ts';
import { hostAptSettings } from '../../scripts/stages/package-access.ts';
import { resolvePackageIndexes } from '../../scripts/stages/resolve-package-indexes.ts';
import { runStage, type Desk } from '../../scripts/stages/stage.ts';
import { openDiskCache } from '../../scripts/store/disk-cache.ts';
import { toldWhy } from '../support/told-why.ts';
import { startVendor } from '../support/vendor-server.ts';

const PROJECT = join(import.meta.dirname, '../..');
const DISTRO = 'debian-12';
const FOLDER = '/bookworm/20990101-1';
const NAME = 'debian-12-genericcloud-amd64-20990101-1.qcow2';
/** As small as a vendor's: it has to grow before the payload fits. */
const VENDOR_MIB = 3072;

const vendor = await startVendor();

/** The machine itself, which takes this vendor's images from the played server. */
const host = localHost({
  interrupted: new AbortController().signal,
  projectDir: PROJECT,
  env: { ...process.env, INGOT_MIRROR_DEBIAN_CLOUD: vendor.url },
});
const desk: Desk = { host, say: (event) => void (event.type === 'finished' && process.stderr.write(`${event.title}: ${event.seconds.toFixed(0)} s\n`)) };

/** A disk that really boots: a base made from packages stands in for the vendor's. */
async function makeVendorDisk(dir: string): Promise<string> {
  const { spec: ours, texts } = await loadSpec(host, { distro: DISTRO, role: 'lb' });
  const spec = { ...ours, disk: { ...ours.disk, virtualSizeMiB: VENDOR_MIB } };
  const { indexDigests, ...found } = await runStage(desk, resolvePackageIndexes, { spec, texts, workDir: dir });
  const bootstrapScript = await host.files.digest(join(PROJECT, 'packer/bootstrap-disk.sh'));
  const facts = { driver: 'native', accelerator: 'tcg', packerVersion: '1.6.6', indexDigests, bootstrapScript, cpus: 2, memoryMiB: 2048 } as const;
  const { base } = planBuild(spec, facts, { base: 'bootstrap', specDigest: digestOf(spec) });
  const cache = openDiskCache(host, join(dir, 'vendor-cache'), 'vendor');
  return runStage(desk, makeBase, { ...found, base, cache, fresh: false, workDir: dir, hostAptDump: await hostAptSettings(host) });
}

describe('the image of a vendor', () => {
  let dir = '';
  let disk: Buffer = Buffer.alloc(0);

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'ingot-vendor-bake-'));
    await cp(join(PROJECT, 'config'), join(dir, 'config'), { recursive: true });
    disk = await readFile(await makeVendorDisk(dir));
    vendor.put('/bookworm/', '<a href="20260712-2537/">20260712-2537/</a> <a href="20990101-1/">20990101-1/</a> <a href="latest/">latest/</a>');
    vendor.put(`${FOLDER}/SHA512SUMS`, `${createHash('sha512').update(disk).digest('hex')}  ${NAME}\n`);
    vendor.put(`${FOLDER}/${NAME}`, disk, { hangUpAfter: 20_000_000, once: true });
  });

  afterAll(() => rm(dir, { recursive: true, force: true }));

  const baked = (cache: string): Promise<BakeOutcome> =>
    bake(desk, {
      ...{ distro: DISTRO, role: 'lb', base: 'cloud-image', driver: 'native', accel: 'auto', fresh: false, explain: false, dryRun: false },
      ...{ keepFailed: false, publish: true, yes: true, configDir: join(dir, 'config'), buildDir: join(dir, 'build') },
      ...{ cacheDir: join(dir, cache), storeLocation: join(dir, 'store') },
    });

  test('is locked: its newest build, by the digest that the vendor gives', async () => {
    const { results } = await lock(desk, { distros: [DISTRO], dryRun: false, cacheDir: join(dir, 'cache'), configDir: join(dir, 'config') });
    expect(results).toMatchObject([{ status: 'changed', before: { build: '20260712-2537' }, after: { build: '20990101-1' } }]);
  });

  test('that is not what was locked is refused, and nothing of it is kept', async () => {
    const path = join(dir, `config/locks/${DISTRO}.yaml`);
    const text = await readFile(path, 'utf8');
    const written = parse(text) as { readonly digest: Readonly<Record<string, string>> };
    await writeFile(path, stringify({ ...written, digest: { ...written.digest, hex: 'a'.repeat(128) } }));
    await expect(baked('other-cache')).rejects.toMatchObject({ code: 'DIGEST_MISMATCH', fix: expect.stringContaining('npm run lock') as string });
    expect(await readdir(join(dir, 'other-cache/downloads'))).toEqual([]);
    await writeFile(path, text);
    vendor.put(`${FOLDER}/${NAME}`, disk, { hangUpAfter: 20_000_000, once: true });
  });

  test('is fetched over a line that breaks, grows, is baked, booted, verified and published', async () => {
    vendor.asked.length = 0;
    const outcome = await toldWhy(baked('cache'));
    expect(outcome).toMatchObject({ status: 'published', report: { verdict: 'pass' } });
    expect(outcome.artifact?.virtualSizeBytes).toBe(20_480 * 2 ** 20);
    expect(vendor.asked.filter(({ path }) => path.endsWith(NAME)).map(({ range }) => range)).toEqual([undefined, 'bytes=20000000-']);
  });

  test('is not asked for again when nothing has changed', async () => {
    vendor.asked.length = 0;
    expect((await baked('cache')).status).toBe('nothing-to-do');
    expect(vendor.asked).toEqual([]);
  });
});
