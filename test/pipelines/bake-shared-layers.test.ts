import { beforeEach, expect, test, vi } from 'vitest';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import { bake, type BakeRequest } from '../../scripts/pipelines/bake.ts';
import { verify } from '../../scripts/pipelines/verify.ts';
import { openSharedLayers } from '../../scripts/store/layers/open-shared-layers.ts';
import type { FakeHost } from '../support/fake-host.ts';
import { memoryLayers, type MemoryLayers } from '../support/memory-layers.ts';
import { deskOf } from '../support/recording-desk.ts';
import { bakingHost, requestOf, verified } from './baking-host.ts';

// A verification boots a VM: here it only reports. The place where layers are shared is this process's memory.
vi.mock('../../scripts/pipelines/verify.ts', () => ({ verify: vi.fn() }));
vi.mock('../../scripts/store/layers/open-shared-layers.ts', () => ({ openSharedLayers: vi.fn() }));
const report = vi.mocked(verify);
let place: MemoryLayers;
beforeEach(() => {
  report.mockReset();
  report.mockImplementation((_desk, request) => Promise.resolve(verified(request)));
  place = memoryLayers();
  vi.mocked(openSharedLayers).mockImplementation((_host, wanted) => Promise.resolve(wanted.place === undefined ? undefined : place.open(wanted.place.write)));
});

const baked = (host: FakeHost, write: boolean, changes: Partial<BakeRequest> = {}): Promise<BakeOutcome> =>
  bake(deskOf(host), requestOf(host, { layerCache: { location: 's3://bucket/layers', write }, ...changes }));
const packerRuns = (host: FakeHost): number => host.commands.filter((command) => command.startsWith('packer build')).length;
const actions = ({ layers }: BakeOutcome): readonly string[] => layers.map(({ name, action }) => `${name} ${action}`);
const shared = (): readonly string[] => [...place.records.values()].map(({ name }) => name);
const FETCHED = ['base fetched', 'packages fetched', 'configure fetched', 'sealed fetched'];

test('what one machine has baked and verified, another fetches, verifies and publishes without baking', async () => {
  await baked(bakingHost(), true);
  expect(shared()).toEqual(['base', 'compact', 'configure', 'sealed']);
  const two = bakingHost();
  const outcome = await baked(two, false);
  expect(actions(outcome)).toEqual(FETCHED);
  expect(outcome).toMatchObject({ status: 'published', report: { verdict: 'pass' } });
  expect(outcome.layers.every(({ why }) => why.length === 0)).toBe(true);
  expect([packerRuns(two), report.mock.calls.length]).toEqual([0, 2]);
  expect(outcome.stageTimes.map(({ name }) => name)).toEqual(expect.arrayContaining(['fetch compact', 'fetch configure', 'fetch sealed']));
});

test.each([{ explain: true }, { dryRun: true }])('%o says what would be fetched, and fetches nothing', async (change) => {
  await baked(bakingHost(), true);
  place.asked.length = 0;
  const outcome = await baked(bakingHost(), false, change);
  expect(actions(outcome)).toEqual(FETCHED);
  expect(place.asked.filter((asked) => asked.startsWith('bring'))).toEqual([]);
});

test('a layer that could not be taken is said to be baked, with the reason that it had before', async () => {
  await baked(bakingHost(), true);
  const sealed = [...place.records.values()].find(({ name }) => name === 'sealed');
  place.bytes.set(sealed?.sha256 ?? '', 'flipped');
  const outcome = await baked(bakingHost(), false);
  expect(actions(outcome)).toEqual([...FETCHED.slice(0, 3), 'sealed baked']);
  expect(outcome.layers.at(-1)?.why).toEqual(['nothing like it is in the cache yet']);
});

test('nothing is shared before the image passed its verification', async () => {
  const seen: (readonly string[])[] = [];
  report.mockImplementation((_desk, request) => {
    seen.push(shared());
    return Promise.resolve(verified(request, 'web.answers'));
  });
  await expect(baked(bakingHost(), true)).rejects.toMatchObject({ code: 'VERIFICATION_FAILED' });
  expect([seen, shared()]).toEqual([[[]], []]);
});

test('an image that is not published shares its layers all the same: it passed; one that is not proven does not', async () => {
  await baked(bakingHost(), true, { proven: false, publish: false });
  expect(shared()).toEqual([]);
  await baked(bakingHost(), true, { publish: false });
  expect(shared()).toHaveLength(4);
});

test('what this run did not bake or fetch itself is not vouched for: an earlier run’s artifact shares nothing', async () => {
  const host = bakingHost();
  report.mockRejectedValueOnce(new Error('killed'));
  await expect(baked(host, true)).rejects.toThrow('killed');
  expect(await baked(host, true)).toMatchObject({ status: 'published' });
  expect(shared()).toEqual([]);
});

test('a run that only reads, or knows of no place, writes nothing; an image that is unchanged asks nobody', async () => {
  const host = bakingHost();
  await baked(host, false);
  place.asked.length = 0;
  expect(await baked(host, true)).toMatchObject({ status: 'nothing-to-do' });
  const other = bakingHost();
  await bake(deskOf(other), requestOf(other));
  expect([shared(), place.asked]).toEqual([[], []]);
});

test('fresh takes nothing that is shared', async () => {
  await baked(bakingHost(), true);
  const two = bakingHost();
  expect(actions(await baked(two, false, { fresh: true })).every((action) => action.endsWith(' baked'))).toBe(true);
  expect(packerRuns(two)).toBe(3);
});
