import { createHash, randomInt } from 'node:crypto';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { parseChecksums } from '../../scripts/plan/checksum-list.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import type { Store } from '../../scripts/store/store.ts';
import { digestText, IMAGE_ID } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { startPublisher, type Errand } from './support/publisher.ts';
import { startS3Server } from './support/s3-server.ts';

const PUBLISHERS = 16;
const RELEASES_EACH = 20;
const KILLS = 40;
const READS = 10_000;
const READERS = 8;
const TIMEOUT_MS = 30 * 60_000;
const latest = { imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } } as const;

const s3 = await startS3Server();
afterAll(() => s3.stop());

interface Place {
  readonly location: string;
  readonly env: Readonly<Record<string, string>>;
  /** Versions whose list of digests, the last file that is written, is there: asked of the place itself, not of its index. */
  readonly wholeVersions: () => Promise<readonly string[]>;
}

test.each<readonly [string, (dir: string) => Promise<Place> | Place]>([
  ['a folder', folderPlace],
  ['a bucket', bucketPlace],
])(
  `%s: ${PUBLISHERS} publishers of ${RELEASES_EACH} releases, ${KILLS} of them killed at random, and ${READS} reads meanwhile: what is whole is listed, nothing else, and no reader sees half of a change`,
  async (_, placeIn) => {
    const { dir } = fakeHost();
    const place = await placeIn(dir);
    const env = { ...place.env, INGOT_SIGNING_KEY: 'none', INGOT_CONFIG_DIR: join(dir, 'config'), INGOT_BUILD_DIR: join(dir, 'build') };
    const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env });
    const store = openStore(host, place.location);
    await store.prepare();
    const crowd = startCrowd({ dir, location: place.location, env });
    const count = { reads: 0, meanwhile: 0 };
    const readOn = async (): Promise<void> => {
      for (let seen = 0; count.reads < READS; count.meanwhile += crowd.isDone() ? 0 : 1) {
        count.reads += 1;
        seen = await readOnce(store, host, { seen, whole: count.reads % 100 === 0 });
      }
    };
    await Promise.all([crowd.done, ...Array.from({ length: READERS }, readOn)]);

    await store.prepare();
    const { releases, channels } = await store.readIndex();
    expect(crowd.kills()).toBe(KILLS);
    expect(count.meanwhile).toBeGreaterThan(READS / 10);
    expect(releases.map(({ sha256 }) => sha256).toSorted()).toEqual(crowd.contents.map(digestText).toSorted());
    expect(releases.map(({ version }) => version).toSorted()).toEqual((await place.wholeVersions()).toSorted());
    expect(releases.map(({ version }) => version)).toContain(channels[IMAGE_ID]?.['latest']);
    for (const { version } of releases) expect(await wrongFiles(store, host, version), version).toEqual([]);
  },
  TIMEOUT_MS,
);

function folderPlace(dir: string): Place {
  const location = join(dir, 'published');
  const versions = (): readonly string[] => readdirSync(join(location, IMAGE_ID)).filter((name) => existsSync(join(location, IMAGE_ID, name, 'SHA256SUMS')));
  return { location, env: {}, wholeVersions: async () => versions() };
}

async function bucketPlace(): Promise<Place> {
  const bucket = await s3.newBucket();
  const wholeVersions = async (): Promise<readonly string[]> => {
    const versions: string[] = [];
    for (let from: string | undefined, more = true; more; more = from !== undefined) {
      const page = await s3.client.listObjectsV2({ Bucket: bucket, Prefix: `${IMAGE_ID}/`, ...(from === undefined ? {} : { ContinuationToken: from }) });
      versions.push(...(page.Contents ?? []).flatMap(({ Key = '' }) => /\/([^/]+)\/SHA256SUMS$/.exec(Key)?.[1] ?? []));
      from = page.NextContinuationToken;
    }
    return versions;
  };
  return { location: `s3://${bucket}`, env: s3.env(), wholeVersions };
}

interface Crowd {
  readonly contents: readonly string[];
  readonly done: Promise<void>;
  readonly isDone: () => boolean;
  readonly kills: () => number;
}

/** Publishers of their own processes; whoever is killed has an heir, who is to publish what was not yet said to be published. */
function startCrowd({ dir, location, env }: Pick<Errand, 'dir' | 'location'> & { readonly env: Readonly<Record<string, string>> }): Crowd {
  const errands = Array.from({ length: PUBLISHERS }, (_, who) => Array.from({ length: RELEASES_EACH }, (__, n) => `disk ${n} of publisher ${who}`));
  const running = new Set<ReturnType<typeof startPublisher>>();
  const said = new Set<string>();
  const state = { kills: 0, isDone: false };
  const publishAll = async (contents: readonly string[], who: number): Promise<void> => {
    for (let left = contents; left.length > 0; left = left.filter((content) => !said.has(digestText(content)))) {
      const child = startPublisher({ location, dir: join(dir, `publisher-${who}`), imageId: IMAGE_ID, contents: left }, env);
      running.add(child);
      if (child.stdout !== null) createInterface({ input: child.stdout }).on('line', (line) => said.add(line.split(' ')[1] ?? ''));
      const [code, signal] = await new Promise<readonly [number | null, string | null]>((resolve) =>
        child.once('close', (exitCode, reason) => resolve([exitCode, reason])),
      );
      running.delete(child);
      if (code !== 0 && signal !== 'SIGKILL') throw new Error(`publisher ${who} ended with ${String(code)}, ${String(signal)}`);
    }
  };
  const killAtRandom = async (): Promise<void> => {
    // How long a publisher has lived is what is random here; no event says when to kill.
    for (; state.kills < KILLS && !state.isDone; await delay(randomInt(50, 800))) {
      const victim = [...running][randomInt(Math.max(1, running.size))];
      if (victim?.kill('SIGKILL') === true) state.kills += 1;
    }
  };
  const publishing = Promise.all(errands.map(publishAll)).finally(() => (state.isDone = true));
  const done = Promise.all([publishing, killAtRandom()]).then(() => undefined);
  return { contents: errands.flat(), done, isDone: () => state.isDone, kills: () => state.kills };
}

/** Reads as any user does; what it finds must agree with itself, and be no older than what this reader saw before. */
async function readOnce(store: Store, host: Host, { seen, whole }: { readonly seen: number; readonly whole: boolean }): Promise<number> {
  const { generation, releases } = await store.readIndex();
  expect(generation).toBeGreaterThanOrEqual(seen);
  if (releases.length === 0) return generation;
  const { release, entry, bringDisk } = await store.find(latest);
  expect(release.disk.sha256).toBe(entry.sha256);
  if (whole) expect(await host.files.digest(await bringDisk())).toBe(entry.sha256);
  return generation;
}

/** Files of a release that are not the ones that its list of digests names. */
async function wrongFiles(store: Store, host: Host, version: string): Promise<readonly string[]> {
  const found = await store.openUnchecked({ imageId: IMAGE_ID, selector: { kind: 'version', version } });
  const sums = parseChecksums((await found.readText('SHA256SUMS')) ?? '') ?? [];
  const digests = await Promise.all(
    sums.map(async ({ name }) => {
      if (name === 'disk.qcow2') return host.files.digest((await found.bringDisk()) ?? '');
      return createHash('sha256')
        .update((await found.readText(name)) ?? '')
        .digest('hex');
    }),
  );
  const wrong = sums.filter(({ sha256 }, at) => sha256 !== digests[at]).map(({ name }) => name);
  return [...wrong, ...(sums.length < 4 ? ['SHA256SUMS'] : [])];
}
