import type { Grade, GradeReport } from '../../scripts/model/grade-report.ts';

/** A percentage that got better and misses its goal. */
export const GRADE: Grade = {
  ...{ id: 'cis.l1', title: 'CIS level 1', unit: '%', better: 'higher', score: 95.42, goal: 96, outcome: 'missed', previous: 94, stock: 66.5 },
  detail: '318 pass, 15 fail',
  failed: [
    { rule: 'nginx_removed', title: 'Remove nginx', waiver: 'it serves pages' },
    { rule: 'banner', title: 'Set a banner', waiver: null },
  ],
};
/** Findings that got more. */
export const SSH: Grade = {
  ...GRADE,
  id: 'ssh',
  title: 'ssh-audit',
  unit: 'findings',
  better: 'lower',
  score: 1,
  goal: 0,
  previous: 0,
  stock: null,
  failed: [],
};

/** Both, as one report. */
export const GRADES: GradeReport = {
  ...{ kind: 'GradeReport', schemaVersion: 1, parent: null, imageId: 'house-small-os-1', distro: 'os-1', role: 'small', diskSha256: 'a'.repeat(64) },
  ...{ since: '2026.11.22-1', graders: ['Judge 1.2'], grades: [GRADE, SSH], falls: ['ssh'], verdict: 'fail', gradedAt: '2026-11-23T00:00:00.000Z' },
};
