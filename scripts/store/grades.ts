import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { GradeReport } from '../model/grade-report.ts';

/** Remembers what graders said of a disk, by its digest: a release of that very disk takes it along, and a later one is held against it. */
export async function keepGrades(host: Host, buildDir: string, report: GradeReport): Promise<void> {
  await host.files.makeDir(join(buildDir, 'grades'));
  await host.files.writeText(pathOf(buildDir, report.diskSha256), `${JSON.stringify(report, undefined, 2)}\n`);
}

/** What graders said of the disk with this digest; undefined when nobody asked them here. */
export async function readGrades(host: Host, buildDir: string, sha256: string): Promise<GradeReport | undefined> {
  const path = pathOf(buildDir, sha256);
  return (await host.files.exists(path)) ? (JSON.parse(await host.files.readText(path)) as GradeReport) : undefined;
}

function pathOf(buildDir: string, sha256: string): string {
  return join(buildDir, 'grades', `${sha256}.json`);
}
