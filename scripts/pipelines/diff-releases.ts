import { BakeError } from '../errors.ts';
import type { ReleaseDiff } from '../model/release-diff.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { diffReleases, type ReleaseSide } from '../plan/release-diff.ts';
import type { Desk } from '../stages/stage.ts';
import { openStore } from '../store/open-store.ts';
import type { FoundRelease } from '../store/store.ts';
import { resolveReference } from './resolve-reference.ts';

export interface DiffRequest {
  readonly storeLocation: string;
  readonly from: string;
  readonly to: string;
}

/** Compares any two releases of a store, of one image or of two. */
export async function diffStored(desk: Desk, { storeLocation, from, to }: DiffRequest): Promise<ReleaseDiff> {
  const store = openStore(desk.host, storeLocation);
  const side = async (reference: string): Promise<ReleaseSide> => sideOf(await store.find(await resolveReference(desk, store, reference)));
  return diffReleases(await side(from), await side(to));
}

async function sideOf({ release, readText }: FoundRelease): Promise<ReleaseSide> {
  const name = `${release.imageId}@${release.version}`;
  const packages = ((await readText('packages.txt')) ?? '').split('\n').filter((line) => line !== '');
  return { name, sizeBytes: release.disk.sizeBytes, packages, report: reportOf(await readText('report.json'), name) };
}

function reportOf(text: string | undefined, name: string): VerificationReport {
  try {
    const report = JSON.parse(text ?? 'null') as VerificationReport | null;
    if (report?.kind === 'VerificationReport' && report.schemaVersion === 1) return report;
  } catch {
    // Said below.
  }
  throw new BakeError('STORE_CORRUPT', {
    what: `The report of ${name} is missing or damaged, and there is nothing to compare`,
    fix: `\`npm run verify-release -- ${name}\` says what else is wrong with it`,
  });
}
