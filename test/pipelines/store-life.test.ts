import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { promote, rollback } from '../../scripts/pipelines/channels.ts';
import { repairStore } from '../../scripts/pipelines/list-images.ts';
import { deprecate, yank } from '../../scripts/pipelines/mark-release.ts';
import { prune } from '../../scripts/pipelines/prune.ts';
import { publish } from '../../scripts/pipelines/publish.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { artifactOf, reportOf, specOf } from '../store/fixtures.ts';
import { unflushed } from '../support/fake-disks.ts';
import { fakeHost } from '../support/fake-host.ts';

/** One thing that somebody does to a store; which release is meant is told by a number, whatever there is by then. */
type Deed =
  | { readonly kind: 'publish'; readonly image: number; readonly candidate: boolean }
  | { readonly kind: 'promote' | 'yank' | 'give back' | 'deprecate'; readonly release: number; readonly channel: string }
  | { readonly kind: 'rollback'; readonly image: number; readonly channel: string }
  | { readonly kind: 'prune'; readonly keep: number }
  | { readonly kind: 'repair' | 'lose the index' };

const IMAGES = ['image-a', 'image-b'] as const;
/** What a store may answer to a deed that makes no sense any more. */
const REFUSALS = new Set(['RELEASE_NOT_FOUND', 'RELEASE_YANKED', 'BUSY']);

const channel = fc.constantFrom('candidate', 'latest', 'stable');
const deed: fc.Arbitrary<Deed> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ kind: fc.constant('publish' as const), image: fc.nat(1), candidate: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constantFrom('promote', 'yank', 'give back', 'deprecate'), release: fc.nat(9), channel }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('rollback' as const), image: fc.nat(1), channel }) },
  { weight: 2, arbitrary: fc.record({ kind: fc.constant('prune' as const), keep: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constantFrom('repair', 'lose the index') }) },
);

test('whatever is done to a store, in whatever order: a channel never points to nothing, and no release is lost but by prune', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 14 }), async (deeds) => {
      const { dir } = fakeHost();
      const local = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
      const life: Life = {
        desk: { host: { ...local, files: unflushed(local.files) }, say: () => undefined },
        dir,
        storeLocation: join(dir, 'published'),
        there: new Set(),
      };
      for (const [number, each] of deeds.entries()) {
        await doing(life, each, number);
        await assertSound(life);
      }
    }),
    { numRuns: 20, seed: 6 },
  );
});

interface Life {
  readonly desk: Desk;
  readonly dir: string;
  readonly storeLocation: string;
  /** Every release that was published and not pruned. */
  readonly there: Set<string>;
}

async function doing(life: Life, each: Deed, number: number): Promise<void> {
  try {
    await perform(life, each, number);
  } catch (error) {
    if (!(error instanceof BakeError) || !REFUSALS.has(error.code)) throw error;
  }
}

async function perform({ desk, dir, storeLocation, there }: Life, each: Deed, number: number): Promise<void> {
  if (each.kind === 'publish') {
    const artifact = artifactOf(dir, `disk ${number}`, IMAGES[each.image]);
    const { imageId, version } = await publish(desk, {
      ...{ storeLocation, artifact, report: reportOf(artifact), spec: specOf(artifact.imageId), reports: [] },
      candidate: each.candidate,
    });
    there.add(`${imageId}@${version}`);
    return;
  }
  if (each.kind === 'prune') {
    const { dropped } = await prune(desk, { storeLocation, buildDir: join(dir, 'build'), keepNewest: each.keep, keepDays: 0, apply: true });
    for (const { imageId, version } of dropped) there.delete(`${imageId}@${version}`);
    return;
  }
  if (each.kind === 'lose the index' && there.size > 0) writeFileSync(join(storeLocation, 'index.json'), 'lost\n');
  if (!('channel' in each)) return void (await repairStore(desk, { storeLocation }));
  if ('image' in each) {
    const image = IMAGES[each.image] ?? '';
    if ([...there].some((name) => name.startsWith(image))) await rollback(desk, { storeLocation, image, channel: each.channel });
    return;
  }
  const reference = [...there][each.release % Math.max(1, there.size)];
  if (reference === undefined) return;
  if (each.kind === 'promote') await promote(desk, { storeLocation, reference, channel: each.channel });
  if (each.kind === 'deprecate') await deprecate(desk, { storeLocation, reference, after: '2027-01-31' });
  if (each.kind === 'yank') await yank(desk, { storeLocation, reference, reason: 'a reason' });
  if (each.kind === 'give back') await yank(desk, { storeLocation, reference, reason: null });
}

async function assertSound({ desk, storeLocation, there }: Life): Promise<void> {
  const store = openStore(desk.host, storeLocation);
  const { releases, channels } = await store.readIndex();
  expect(new Set(releases.map(({ imageId, version }) => `${imageId}@${version}`))).toEqual(there);
  for (const [imageId, pointers] of Object.entries(channels)) {
    for (const [name, version] of Object.entries(pointers)) {
      expect((await store.find({ imageId, selector: { kind: 'channel', channel: name } })).release).toMatchObject({ imageId, version });
    }
  }
}
