import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { layersWith, NOTHING_STANDS, whatStands } from '../../scripts/pipelines/what-stands.ts';
import { findStandingRelease } from '../../scripts/stages/find-standing-release.ts';
import { findStanding } from '../../scripts/store/artifacts.ts';
import { artifactOf, releaseOf, reportOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

vi.mock('../../scripts/stages/find-standing-release.ts', () => ({ findStandingRelease: { name: 'ask-store', title: 'Ask', run: vi.fn() } }));
vi.mock('../../scripts/store/artifacts.ts', () => ({ findStanding: vi.fn() }));
const [here, there] = [vi.mocked(findStanding), vi.mocked(findStandingRelease.run)];

const host = fakeHost();
const artifact = artifactOf(host.dir, 'disk');
const [report, release] = [reportOf(artifact), releaseOf(artifact, '2026.11.22-1')];
const WISH = { buildDir: host.dir, storeLocation: host.dir, publish: true, fresh: false, explain: false, dryRun: false };
const asked = (change: Partial<typeof WISH> = {}, desk = deskOf(host)) =>
  whatStands(desk, { request: { ...WISH, ...change }, spec: sampleSpec(), plan: samplePlan() });

beforeEach(() => {
  here.mockReset().mockResolvedValue(NOTHING_STANDS);
  there.mockReset().mockResolvedValue({ release, report });
});

describe('whatStands', () => {
  test('a release of the store is all that is needed, though its disk is not here', async () => {
    expect(await asked()).toEqual({ artifact: null, report, release, complete: true });
  });

  test('what is here comes first: its report published, or still to be', async () => {
    const local = { artifact, report, release: null, complete: false };
    here.mockResolvedValue(local);
    expect(await asked()).toEqual(local);
    expect(there).not.toHaveBeenCalled();
  });

  test('a disk that waits for its verification goes on where no release stands', async () => {
    const unproven = { ...NOTHING_STANDS, artifact };
    here.mockResolvedValue(unproven);
    expect(await asked()).toMatchObject({ release, complete: true });
    there.mockResolvedValue(null);
    expect(await asked()).toEqual(unproven);
  });

  test('without publishing a disk is wanted here, and with --fresh a new one: nobody is asked', async () => {
    expect(await asked({ publish: false })).toEqual(NOTHING_STANDS);
    expect(await asked({ fresh: true })).toEqual(NOTHING_STANDS);
    expect(there).not.toHaveBeenCalled();
  });

  test('a store that does not answer ends a bake before it begins, and costs who only asks a note', async () => {
    there.mockRejectedValue(new BakeError('NETWORK_UNREACHABLE', { what: 'No way there', fix: 'Look at the network' }));
    await expect(asked()).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
    for (const change of [{ explain: true }, { dryRun: true }]) {
      const desk = deskOf(host);
      expect(await asked(change, desk)).toEqual(NOTHING_STANDS);
      expect(desk.events.at(-1)).toEqual({ type: 'note', message: 'Whether a release stands is not known: No way there' });
    }
  });

  test.each(['INTERRUPTED', 'BUG'] as const)('%s is no answer either', async (code) => {
    there.mockRejectedValue(new BakeError(code, { what: 'x', fix: 'y' }));
    await expect(asked({ explain: true })).rejects.toMatchObject({ code });
  });
});

test('layers are kept here, or are as they were released, or are still to be made', () => {
  const layers = [{ name: 'sealed', key: 'k', action: 'baked', why: ['it changed'] }] as const;
  expect(layersWith(layers, NOTHING_STANDS)).toEqual(layers);
  expect(layersWith(layers, { ...NOTHING_STANDS, artifact })).toMatchObject([{ action: 'cached', why: [] }]);
  expect(layersWith(layers, { artifact: null, report, release, complete: true })).toMatchObject([{ action: 'released', why: [] }]);
});
