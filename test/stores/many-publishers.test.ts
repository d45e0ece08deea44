import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import type { Store } from '../../scripts/store/store.ts';
import { digestText } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { startPublisher } from './support/publisher.ts';
import { startS3Server } from './support/s3-server.ts';

const PUBLISHERS = 16;
const RELEASES_EACH = 20;
const READS = 10_000;
const READERS = 50;
/** Every third publisher is killed, again and again, after so many of its releases. */
const KILLED_AFTER = [3, 7, 1, 12, 5];

const s3 = await startS3Server();
afterAll(() => s3.stop());

const kinds = {
  folder: (dir: string) => ({ location: join(dir, 'published'), env: {} }),
  bucket: async () => ({ location: `s3://${await s3.newBucket()}/images`, env: s3.env() }),
};

test.each(['folder', 'bucket'] as const)(
  `a %s with ${PUBLISHERS} publishers at once, some of them killed: exactly what is whole is listed, and readers always see a sound store`,
  async (kind) => {
    const { dir } = fakeHost();
    const { location, env } = await kinds[kind](dir);
    const host: Host = localHost({
      interrupted: new AbortController().signal,
      projectDir: dir,
      env: { INGOT_SIGNING_KEY: 'none', ...env, INGOT_BUILD_DIR: join(dir, 'build') },
    });
    const store = openStore(host, location);
    const reading = readAgainAndAgain(store);
    // Every two publishers share an image, so that they also share its numbers.
    const said = await Promise.all(
      Array.from({ length: PUBLISHERS }, (_, number) => publishAll({ location, dir, imageId: `image-${Math.floor(number / 2)}`, number, env })),
    );
    const reads = await reading;
    await store.prepare();
    const { releases, channels } = await store.readIndex();
    const listed = new Map(releases.map(({ imageId, version, sha256 }) => [`${imageId}@${version}`, sha256]));
    for (const [name, sha256] of said.flat()) expect([name, listed.get(name)]).toEqual([name, sha256]);
    const wanted = Array.from({ length: PUBLISHERS }, (_, number) => contentsOf(number)).flat();
    expect(new Set(listed.values())).toEqual(new Set(wanted.map(digestText)));
    expect(listed.size).toBe(PUBLISHERS * RELEASES_EACH);
    for (const { imageId, version, sha256 } of releases.filter((_, at) => at % 10 === 0)) {
      const found = await store.find({ imageId, selector: { kind: 'version', version } });
      expect(digestText(readFileSync(await found.bringDisk(), 'utf8'))).toBe(sha256);
    }
    expect(Object.keys(channels)).toHaveLength(PUBLISHERS / 2);
    expect(reads).toBeGreaterThanOrEqual(READS);
  },
);

interface Errand {
  readonly location: string;
  readonly dir: string;
  readonly imageId: string;
  readonly number: number;
  readonly env: Readonly<Record<string, string>>;
}

/** Publishes all that one publisher has to, killed on the way if it is one of those; resolves with what it said it had published. */
async function publishAll({ number, env, ...errand }: Errand): Promise<readonly (readonly [string, string])[]> {
  const said = new Map<string, string>();
  const kills = number % 3 === 0 ? KILLED_AFTER.map((after, at) => after + ((number + at) % 3)) : [];
  for (;;) {
    const child = startPublisher({ ...errand, contents: contentsOf(number) }, env);
    const killAfter = kills.shift();
    let lines = 0;
    child.stdout?.on('data', (bytes: Buffer) => {
      for (const line of bytes.toString().trimEnd().split('\n')) {
        const [name = '', sha256 = ''] = line.split(' ');
        said.set(name, sha256);
        lines += 1;
      }
      if (killAfter !== undefined && lines >= killAfter) child.kill('SIGKILL');
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    if (code === 0) return [...said];
    if (code !== null) throw new Error(`a publisher failed with status ${code}`);
  }
}

function contentsOf(number: number): readonly string[] {
  return Array.from({ length: RELEASES_EACH }, (_, at) => `disk ${at} of publisher ${number}`);
}

/** Reads through many readers at once while others write: an index that cannot be trusted, or a channel that points to nothing, ends it. */
async function readAgainAndAgain(store: Store): Promise<number> {
  let reads = 0;
  const read = async (): Promise<void> => {
    while (reads < READS) {
      reads += 1;
      const { releases } = await store.readIndex();
      const one = releases[reads % Math.max(1, releases.length)];
      if (one === undefined || reads % 10 !== 0) continue;
      const { release } = await store.find({ imageId: one.imageId, selector: { kind: 'channel', channel: 'latest' } });
      expect(release.imageId).toBe(one.imageId);
    }
  };
  await Promise.all(Array.from({ length: READERS }, read));
  return reads;
}
