import type { Host } from '../host/host.ts';
import type { GradeReport } from '../model/grade-report.ts';
import { keepByDigest, readByDigest } from './kept-by-digest.ts';

const folder = 'grades';

/** Remembers what graders said of a disk, by its digest: a release of that very disk takes it along, and a later one is held against it. */
export function keepGrades(host: Host, buildDir: string, report: GradeReport): Promise<void> {
  return keepByDigest(host, { buildDir, folder, sha256: report.diskSha256 }, report);
}

/** What graders said of the disk with this digest; undefined when nobody asked them here. */
export async function readGrades(host: Host, buildDir: string, sha256: string): Promise<GradeReport | undefined> {
  return (await readByDigest(host, { buildDir, folder, sha256 })) as GradeReport | undefined;
}
