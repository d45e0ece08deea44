import { loadGrades } from '../config/load-grades.ts';
import { evaluateGrades, fallenGrades } from '../checks/evaluate-grades.ts';
import { BakeError } from '../errors.ts';
import type { Accelerator } from '../model/build-plan.ts';
import { checkMatcher } from '../model/check-pattern.ts';
import type { GradeReport } from '../model/grade-report.ts';
import { GRADERS, type WantedGrade } from '../model/grading.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { fetchGraders } from '../stages/fetch-graders.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { readEarlier } from '../store/earlier-release.ts';
import { keepGrades, readGrades } from '../store/grades.ts';
import { openDiskCache } from '../store/disk-cache.ts';
import { openStore } from '../store/open-store.ts';
import { openRun, sweepDeadRuns } from '../store/run-registry.ts';
import { chooseSubject, type Subject, type SubjectRequest } from './choose-subject.ts';
import { grade, type Graded, type GradeRequest } from './grade.ts';

export interface GradeTargetRequest extends SubjectRequest {
  readonly accelerator: 'auto' | Accelerator;
  readonly only?: string;
  /** True: only graders that read the disk. */
  readonly offline: boolean;
  /** True: a base that nobody has hardened is graded beside it. */
  readonly stock: boolean;
  /** True: newer graders are looked for. */
  readonly fresh: boolean;
  readonly yes: boolean;
  readonly ask?: (question: string) => Promise<boolean>;
  readonly buildDir: string;
  readonly cacheDir: string;
}

/** Lets outsiders grade what somebody points at, and holds their scores against the goals and against the release before. */
export async function gradeTarget(desk: Desk, request: GradeTargetRequest): Promise<GradeReport> {
  const { host, say } = desk;
  const { grading, url } = await loadGrades(host);
  const subject = await chooseSubject(desk, request);
  const wanted = wantedOf(grading.grades, subject.spec, request);
  const stockPath = request.stock ? await stockDisk(desk, request, subject.spec) : undefined;
  await ensureHost(desk, {
    needs: ['grade', 'verify', ...(wanted.some(({ grader }) => GRADERS[grader] === 'booted') ? (['boot'] as const) : [])],
    yes: request.yes,
    ask: request.ask,
  });
  await sweepDeadRuns(host, request.buildDir, say);
  const run = await openRun(host, request.buildDir, 'grade', subject.spec.imageId);
  try {
    const before = await previousGrades(desk, request, subject);
    const graders = await runStage(desk, fetchGraders, { source: { ...grading.source, url }, cacheDir: request.cacheDir, fresh: request.fresh });
    const common: Omit<GradeRequest, 'diskPath'> = { spec: subject.spec, wanted, gradersDir: graders.dir, accelerator: request.accelerator, workDir: run.dir };
    const graded = await grade(desk, { ...common, diskPath: subject.diskPath });
    const reported = async (stock: Graded['answers']): Promise<GradeReport> => {
      const grades = evaluateGrades(wanted, grading.waivers, { answers: graded.answers, stock, previous: before.grades });
      const report = reportOf({ subject, graded, grades, before, versions: graders.versions, gradedAt: host.clock.now().toISOString() });
      if (request.only === undefined && !request.offline) await keepGrades(host, request.buildDir, report);
      return report;
    };
    const alone = await reported(new Map());
    if (stockPath === undefined) return alone;
    // Kept before the other disk's turn: a grading that is cut short there has lost nothing of the image.
    say({ type: 'note', message: `${subject.spec.imageId} is graded; what it was made from is next` });
    return await reported((await grade(desk, { ...common, diskPath: stockPath })).answers);
  } finally {
    await run.close();
  }
}

function wantedOf(all: readonly WantedGrade[], { distro, components }: ImageSpec, { only, offline }: GradeTargetRequest): readonly WantedGrade[] {
  const matches = only === undefined ? () => true : checkMatcher(only);
  const wanted = all.filter(
    ({ id, grader, distros, component }) =>
      matches(id) &&
      (!offline || GRADERS[grader] === 'disk') &&
      (distros === undefined || distros.includes(distro.id)) &&
      (component === undefined || components.some((part) => part.id === component)),
  );
  if (wanted.length > 0) return wanted;
  throw new BakeError('USAGE', {
    what: `No grade of ${distro.id} ${only === undefined ? 'is described' : `matches --only ${only}`}`,
    fix: `Choose from: ${all.map(({ id }) => id).join(', ')}`,
  });
}

/** The newest base in the cache: what the image was made from, before anything was done to it. */
async function stockDisk({ host }: Desk, { cacheDir }: GradeTargetRequest, { distro }: ImageSpec): Promise<string> {
  const path = await openDiskCache(host, cacheDir, 'grade').newestPath('base', distro.id);
  if (path !== undefined) return path;
  throw new BakeError('USAGE', {
    what: `The cache ${cacheDir} has no base of ${distro.id} to grade beside it`,
    fix: 'Bake the image on this host first, or leave --stock away',
  });
}

interface Before {
  readonly since: string | null;
  readonly grades: GradeReport['grades'];
  /** Why there is a release before and its grades cannot be read. */
  readonly unread?: string | undefined;
}

/** The grades of the release before: those in the release itself, else those that this host has seen of its disk. */
async function previousGrades({ host }: Desk, { storeLocation, buildDir }: GradeTargetRequest, { spec, release }: Subject): Promise<Before> {
  const { earlier, unread } = await readEarlier(openStore(host, storeLocation), spec.imageId, release?.version);
  if (earlier === undefined) return { ...NOTHING_BEFORE, unread };
  const own = await earlier.documentOf('grade.json');
  const report = (own.document as GradeReport | undefined) ?? (await readGrades(host, buildDir, earlier.release.disk.sha256));
  return report === undefined ? { ...NOTHING_BEFORE, unread: own.unread } : { since: earlier.release.version, grades: report.grades };
}

const NOTHING_BEFORE: Before = { since: null, grades: [] };

interface Judged {
  readonly subject: Subject;
  readonly graded: Graded;
  readonly grades: GradeReport['grades'];
  readonly before: Before;
  readonly versions: readonly string[];
  readonly gradedAt: string;
}

function reportOf({ subject, graded, grades, before, versions, gradedAt }: Judged): GradeReport {
  const { spec, release } = subject;
  const { since, unread } = before;
  const falls = fallenGrades(grades);
  return {
    ...{ kind: 'GradeReport', schemaVersion: 1, parent: release?.parent ?? null },
    ...{ imageId: spec.imageId, distro: spec.distro.id, role: spec.role, diskSha256: graded.sha256 },
    ...{ since, ...(unread === undefined ? {} : { notCompared: unread }), graders: versions, grades, falls, gradedAt },
    verdict: falls.length === 0 && grades.every(({ outcome }) => outcome !== 'unknown') ? 'pass' : 'fail',
  };
}
