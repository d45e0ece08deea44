import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import type { NightlySummary } from '../../scripts/model/nightly-summary.ts';
import { nightly, type NightlyRequest } from '../../scripts/pipelines/nightly.ts';
import { prune } from '../../scripts/pipelines/prune.ts';
import { verify } from '../../scripts/pipelines/verify.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { DISTRO, IMAGE, type ProjectFile } from '../config/project.ts';
import { digestText } from '../store/fixtures.ts';
import type { Answer, FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { bakingHost, requestOf, verified } from './baking-host.ts';

// A verification boots a VM: here it only reports. Its own tests are beside this one.
vi.mock('../../scripts/pipelines/verify.ts', () => ({ verify: vi.fn() }));
vi.mock('../../scripts/pipelines/prune.ts', { spy: true });
const report = vi.mocked(verify);
const pruned = vi.mocked(prune);
beforeEach(() => {
  report.mockReset();
  report.mockImplementation((_desk, request) => Promise.resolve(verified(request)));
});

/** Two roles of a distro that is ready, and one distro of which only facts are known. */
const FILES: Readonly<Record<string, ProjectFile>> = {
  'config/images/box.yaml': { yaml: { ...IMAGE, distros: ['tin-1', 'zinc-1'] } },
  'config/distros/zinc-1.yaml': { yaml: { ...DISTRO, id: 'zinc-1', title: 'Zinc 1', aliases: ['zinc'], state: 'facts' } },
};

const ZINC_REPOSITORIES = DISTRO.repositories.map((repository) => ({ ...repository, id: 'zincy', suite: 'zincy' }));

/** Mirrors of two suites that offer a version of bash each; a disk that is baked holds what its suite offers at that time. */
function mirrorAnswers(offered: { tinny: string; zincy: string }): readonly Answer[] {
  const suiteOf = (line: string): 'tinny' | 'zincy' => (line.includes('zinc') ? 'zincy' : 'tinny');
  const indexOf = (suite: 'tinny' | 'zincy'): string =>
    `Codename: ${suite}\nSHA256:\n ${digestText(`${suite} ${offered[suite]}`)} 1000 main/binary-amd64/Packages.xz\n`;
  return [
    { command: /apt-helper .*download-file/, effect: (argv) => writeFileSync(argv.at(-1) ?? '', indexOf(suiteOf(argv.join(' ')))) },
    {
      command: /^bash .*check-disk\.sh$/,
      effect: (_argv, { env }) =>
        writeFileSync(join(env?.['WORK_DIR'] ?? '', 'packages.txt'), `bash ${offered[suiteOf(env?.['DISK'] ?? '')]} amd64\nnginx 1.22 amd64\n`),
    },
  ];
}

function night(host: FakeHost, changes: Partial<NightlyRequest> = {}): Promise<NightlySummary> {
  const { distro: _distro, ...bakeRequest } = requestOf(host);
  return nightly(deskOf(host), { distros: [], roles: [], keepNewest: 3, keepDays: 30, bake: bakeRequest, ...changes });
}

const statuses = ({ results }: NightlySummary): readonly (readonly string[])[] => results.map(({ imageId, status }) => [imageId, status]);

describe('nightly', () => {
  test('bakes, proves and publishes every role of every distro that is ready, and names the others', async () => {
    const summary = await night(bakingHost(FILES));
    expect(summary).toMatchObject({ kind: 'NightlySummary', schemaVersion: 1, startedAt: '2026-11-22T00:00:00.000Z', prunedReleases: [] });
    expect(statuses(summary)).toEqual([
      ['box-small-tin-1', 'published'],
      ['box-full-tin-1', 'published'],
    ]);
    expect(summary.results[0]).toMatchObject({
      reference: 'box-small-tin-1@2026.11.22-1',
      checks: '2 of 2',
      changed: ['base', 'packages', 'configure', 'sealed'],
    });
    expect(summary.skipped).toEqual(['box-small-zinc-1', 'box-full-zinc-1']);
  });

  test('the next night has nothing to do, and says what stands', async () => {
    const host = bakingHost(FILES);
    await night(host);
    const again = await night(host);
    expect(statuses(again).map(([, status]) => status)).toEqual(['nothing-to-do', 'nothing-to-do']);
    expect(again.results[0]).toMatchObject({ reference: 'box-small-tin-1@2026.11.22-1', changed: [], checks: '2 of 2' });
  });

  test('nor has it on a machine that starts empty every night: the store says what stands', async () => {
    const host = bakingHost(FILES);
    await night(host);
    rmSync(join(host.dir, 'build'), { recursive: true });
    report.mockClear();
    const again = await night(host);
    expect(statuses(again).map(([, status]) => status)).toEqual(['nothing-to-do', 'nothing-to-do']);
    expect(again.results[0]).toMatchObject({ reference: 'box-small-tin-1@2026.11.22-1', changed: [], checks: '2 of 2' });
    expect(report).not.toHaveBeenCalled();
  });

  test('a newer package in one mirror: only what takes it from there is baked, and CHANGES.md names it', async () => {
    const zinc = { ...DISTRO, id: 'zinc-1', title: 'Zinc 1', aliases: ['zinc'], codename: 'zincy', repositories: ZINC_REPOSITORIES };
    const mirrors = { 'config/distros/zinc-1.yaml': { yaml: { ...zinc, bootstrap: { ...DISTRO.bootstrap, suite: 'zincy' } } } };
    const offered = { tinny: '5.2', zincy: '5.2' };
    const host = bakingHost({ ...FILES, ...mirrors }, mirrorAnswers(offered));
    const published = (await night(host, { roles: ['small'] })).results.map(({ imageId }) => imageId);
    expect(published).toEqual(['box-small-tin-1', 'box-small-zinc-1']);
    offered.tinny = '5.3';
    const summary = await night(host, { roles: ['small'] });
    expect(statuses(summary)).toEqual([
      ['box-small-tin-1', 'published'],
      ['box-small-zinc-1', 'nothing-to-do'],
    ]);
    expect(summary.results[0]).toMatchObject({ reference: 'box-small-tin-1@2026.11.22-2', changed: ['base', 'packages', 'configure', 'sealed'] });
    const changes = await host.files.readText(join(host.dir, 'published/box-small-tin-1/2026.11.22-2/CHANGES.md'));
    expect(changes).toMatch(/bash.*5\.2.*5\.3/);
    expect(changes).not.toContain('nginx');
  });

  test('does only what it is asked for', async () => {
    const summary = await night(bakingHost(FILES), { distros: ['tin-1'], roles: ['full'] });
    expect(statuses(summary)).toEqual([['box-full-tin-1', 'published']]);
    expect(summary.skipped).toEqual([]);
  });

  test.each<Partial<NightlyRequest>>([{ distros: ['zinc-1'] }, { distros: ['none'] }, { roles: ['none'] }])(
    'refuses %o: nothing of it is ready',
    async (changes) => {
      await expect(night(bakingHost(FILES), changes)).rejects.toMatchObject({ code: 'USAGE', exitStatus: 2 });
    },
  );

  test('one image that fails does not stop the others', async () => {
    report.mockImplementation((_desk, request) => Promise.resolve(verified(request, request.spec.role === 'small' ? 'web.answers' : undefined)));
    const summary = await night(bakingHost(FILES));
    expect(statuses(summary)).toEqual([
      ['box-small-tin-1', 'failed'],
      ['box-full-tin-1', 'published'],
    ]);
    expect(summary.results[0]).toMatchObject({
      ...{ code: 'VERIFICATION_FAILED', what: expect.stringContaining('did not pass') as string },
      details: expect.arrayContaining([expect.stringContaining('web.answers (first-boot): ')]) as string[],
    });
  });

  test('not even one that meets a bug of ours', async () => {
    report.mockImplementationOnce(() => Promise.reject(new TypeError('x is not a function')));
    const summary = await night(bakingHost(FILES));
    expect(statuses(summary)).toEqual([
      ['box-small-tin-1', 'failed'],
      ['box-full-tin-1', 'published'],
    ]);
    expect(summary.results[0]).toMatchObject({ code: 'BUG' });
  });

  test('an interruption stops all of it', async () => {
    report.mockImplementation(() => Promise.reject(new BakeError('INTERRUPTED', { what: 'Interrupted', fix: 'again' })));
    await expect(night(bakingHost(FILES))).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(report).toHaveBeenCalledTimes(1);
  });

  test.each([{ keepNewest: 0 }, { keepNewest: Number.NaN }, { keepDays: -1 }])('refuses %o before anything is baked', async (changes) => {
    await expect(night(bakingHost(FILES), changes)).rejects.toMatchObject({ code: 'USAGE' });
    expect(report).not.toHaveBeenCalled();
  });

  test('what was baked is told also when old releases cannot be dropped, and so is why', async () => {
    pruned.mockRejectedValueOnce(new BakeError('STORE_CORRUPT', { what: 'The index cannot be read', fix: 'repair it', details: ['file: index.json'] }));
    const host = bakingHost(FILES);
    const { distro: _distro, ...bakeRequest } = requestOf(host);
    const desk = deskOf(host);
    const summary = await nightly(desk, { distros: [], roles: ['small'], keepNewest: 3, keepDays: 30, bake: bakeRequest });
    expect(statuses(summary)).toEqual([['box-small-tin-1', 'published']]);
    expect(summary).toMatchObject({
      prunedReleases: [],
      pruneFailure: { code: 'STORE_CORRUPT', exitStatus: 6, what: 'The index cannot be read', fix: 'repair it', details: ['file: index.json'] },
    });
    expect(desk.events).toContainEqual({ type: 'note', message: 'Old releases were not dropped: The index cannot be read' });
  });

  test.each(['INTERRUPTED', 'BUG'] as const)('%s while they are dropped ends the night', async (code) => {
    pruned.mockRejectedValueOnce(new BakeError(code, { what: 'Stopped', fix: 'again' }));
    await expect(night(bakingHost(FILES), { roles: ['small'] })).rejects.toMatchObject({ code });
  });

  test('drops old releases afterwards, never the one that was just made', async () => {
    const host = bakingHost(FILES);
    await night(host, { roles: ['small'] });
    await host.clock.sleep(40 * 24 * 60 * 60 * 1000);
    await host.files.writeText(join(host.dir, 'packer/components/web/configure.sh'), 'echo other\n', 0o755);
    const summary = await night(host, { roles: ['small'], keepNewest: 1 });
    expect(summary.prunedReleases).toEqual(['box-small-tin-1@2026.11.22-1']);
    const { releases } = await openStore(host, join(host.dir, 'published')).readIndex();
    expect(releases.map(({ version }) => version)).toEqual(['2027.01.01-1']);
  });
});
