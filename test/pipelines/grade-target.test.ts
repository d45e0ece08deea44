import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { Answer } from '../../scripts/checks/grade-answers.ts';
import { loadGrades } from '../../scripts/config/load-grades.ts';
import { BakeError } from '../../scripts/errors.ts';
import type { GradeReport } from '../../scripts/model/grade-report.ts';
import type { WantedGrade } from '../../scripts/model/grading.ts';
import { chooseSubject } from '../../scripts/pipelines/choose-subject.ts';
import { grade } from '../../scripts/pipelines/grade.ts';
import { gradeTarget, type GradeTargetRequest } from '../../scripts/pipelines/grade-target.ts';
import { ensureHost } from '../../scripts/stages/ensure-host.ts';
import { readEarlier } from '../../scripts/store/earlier-release.ts';
import { openDiskCache } from '../../scripts/store/disk-cache.ts';
import { readGrades } from '../../scripts/store/grades.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { sampleSpec } from '../support/sample-spec.ts';

vi.mock('../../scripts/config/load-grades.ts', () => ({ loadGrades: vi.fn() }));
vi.mock('../../scripts/pipelines/choose-subject.ts', () => ({ chooseSubject: vi.fn() }));
vi.mock('../../scripts/pipelines/grade.ts', () => ({ grade: vi.fn() }));
vi.mock('../../scripts/stages/ensure-host.ts', () => ({ ensureHost: vi.fn() }));
vi.mock('../../scripts/stages/fetch-graders.ts', () => ({
  fetchGraders: { name: 'fetch-graders', title: '', run: () => Promise.resolve({ dir: '/graders', versions: ['judge 2'] }) },
}));
vi.mock('../../scripts/store/earlier-release.ts', () => ({ readEarlier: vi.fn() }));

const SHA = 'a'.repeat(64);
const WANTED: readonly WantedGrade[] = [
  { id: 'rules', title: 'Rules', grader: 'openscap', goal: 90 },
  { id: 'lynis', title: 'Lynis', grader: 'lynis', goal: 90 },
  { id: 'elsewhere', title: 'Other', grader: 'openscap', goal: 90, distros: ['other-9'] },
  { id: 'database', title: 'Database', grader: 'exposure', goal: 2, component: 'database', unitFact: 'x' },
];
const said = (score: number): Answer => ({ score, detail: '', failed: [] });

let host: FakeHost;
beforeEach(() => {
  host = fakeHost([{ command: /.*/ }]);
  vi.mocked(loadGrades).mockResolvedValue({
    url: 'http://m/',
    grading: { source: { mirror: 'm', suite: 's', keyring: '/k', packages: ['judge'] }, grades: WANTED, waivers: [] },
  });
  vi.mocked(chooseSubject).mockResolvedValue({ diskPath: '/d.qcow2', artifactDigest: null, spec: sampleSpec(), texts: new Map() });
  vi.mocked(grade).mockResolvedValue({
    sha256: SHA,
    answers: new Map([
      ['rules', said(91)],
      ['lynis', said(88)],
    ]),
  });
  vi.mocked(readEarlier).mockResolvedValue({});
});

function grading(wish: Partial<GradeTargetRequest> = {}): Promise<GradeReport> {
  const places = { storeLocation: join(host.dir, 'store'), buildDir: join(host.dir, 'build'), cacheDir: join(host.dir, 'cache') };
  const request = { target: 'x', targetPath: '/x', accelerator: 'tcg', offline: false, stock: false, fresh: false, yes: true, ...places, ...wish } as const;
  return gradeTarget({ host, say: () => undefined }, request);
}

test('what fits the distro and the role is graded; a goal that is missed is shown and fails nothing', async () => {
  const report = await grading();
  expect(report.grades.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['rules', 'met'],
    ['lynis', 'missed'],
  ]);
  expect(report).toMatchObject({ verdict: 'pass', since: null, diskSha256: SHA, graders: ['judge 2'] });
  expect(await readGrades(host, join(host.dir, 'build'), SHA)).toEqual(report);
});

test('--offline boots nothing, and --only asks one; neither is remembered as the disk’s grades', async () => {
  expect((await grading({ offline: true })).grades.map(({ id }) => id)).toEqual(['rules']);
  expect(vi.mocked(ensureHost).mock.lastCall?.[1].needs).toEqual(['grade', 'verify']);
  expect((await grading({ only: 'lynis' })).grades.map(({ id }) => id)).toEqual(['lynis']);
  expect(vi.mocked(ensureHost).mock.lastCall?.[1].needs).toContain('boot');
  expect(await readGrades(host, join(host.dir, 'build'), SHA)).toBeUndefined();
  await expect(grading({ only: 'nobody' })).rejects.toMatchObject({ code: 'USAGE' });
});

test('a grader that said nothing fails: not tested is never green', async () => {
  vi.mocked(grade).mockResolvedValue({ sha256: SHA, answers: new Map([['rules', said(91)]]) });
  expect(await grading()).toMatchObject({ verdict: 'fail' });
});

describe('the release before', () => {
  const before = (score: number) => ({ document: { grades: [{ id: 'rules', score }] } });
  const earlier = (part: object) =>
    ({ earlier: { release: { version: '2026.11.21-1', disk: { sha256: 'b'.repeat(64) } }, documentOf: () => Promise.resolve(part) } }) as unknown as Awaited<
      ReturnType<typeof readEarlier>
    >;

  test('a fall fails', async () => {
    vi.mocked(readEarlier).mockResolvedValue(earlier(before(91.5)));
    expect(await grading()).toMatchObject({ verdict: 'fail', falls: ['rules'], since: '2026.11.21-1' });
  });

  test('a rise does not', async () => {
    vi.mocked(readEarlier).mockResolvedValue(earlier(before(80)));
    expect(await grading()).toMatchObject({ verdict: 'pass', falls: [] });
  });

  test('one that nobody graded is compared with nothing', async () => {
    vi.mocked(readEarlier).mockResolvedValue(earlier({}));
    const report = await grading();
    expect(report).toMatchObject({ verdict: 'pass', since: null });
    expect(report).not.toHaveProperty('notCompared');
  });

  test.each([
    ['that cannot be read', { unread: '2026.11.21-1: it has no report.json' }],
    ['whose grades cannot be read', earlier({ unread: '2026.11.21-1: it has no report.json' })],
  ])('one %s is not taken for none: a fall could hide there', async (_what, look) => {
    vi.mocked(readEarlier).mockResolvedValue(look);
    expect(await grading()).toMatchObject({ since: null, falls: [], notCompared: '2026.11.21-1: it has no report.json' });
  });

  test('in a store that cannot be trusted is refused before anything is graded', async () => {
    vi.mocked(grade).mockClear();
    vi.mocked(readEarlier).mockRejectedValue(new BakeError('NOT_TRUSTED', { what: 'w', fix: 'f' }));
    await expect(grading()).rejects.toMatchObject({ code: 'NOT_TRUSTED' });
    expect(grade).not.toHaveBeenCalled();
  });
});

test('--stock wants a base in the cache', async () => {
  await expect(grading({ stock: true })).rejects.toMatchObject({ code: 'USAGE', fix: expect.stringContaining('Bake the image') as string });
});

test('--stock: an image that is graded keeps its grades when the other disk’s turn is cut short', async () => {
  const cache = openDiskCache(host, join(host.dir, 'cache'), 'run');
  const partialPath = cache.partialPath('k');
  await host.files.makeDir(cache.dir);
  await host.files.writeText(partialPath, 'base');
  await cache.keep({ key: 'k', name: 'base', imageId: sampleSpec().distro.id, keyFields: {}, partialPath, parentPath: null });
  const image = { sha256: SHA, answers: new Map([['rules', said(91)]]) };
  vi.mocked(grade)
    .mockResolvedValueOnce(image)
    .mockRejectedValueOnce(new BakeError('INTERRUPTED', { what: 'w', fix: 'f' }));
  await expect(grading({ stock: true })).rejects.toMatchObject({ code: 'INTERRUPTED' });
  const kept = await readGrades(host, join(host.dir, 'build'), SHA);
  expect(kept?.grades[0]).toMatchObject({ id: 'rules', score: 91, stock: null });
  vi.mocked(grade)
    .mockResolvedValueOnce(image)
    .mockResolvedValueOnce({ sha256: SHA, answers: new Map([['rules', said(60)]]) });
  expect((await grading({ stock: true })).grades[0]).toMatchObject({ id: 'rules', score: 91, stock: 60 });
});
