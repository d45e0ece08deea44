import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { compareVersions } from '../model/release-name.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { findRelease } from './find-release.ts';
import { readIndex } from './read-index.ts';

/** What an earlier release says of itself, to compare a newer one with. */
export interface EarlierRelease {
  readonly version: string;
  readonly dir: string;
  readonly packages: readonly string[];
  readonly report: VerificationReport;
}

/** Reads the newest release of an image, or the newest before a version; undefined when there is none, or when it is not whole: a comparison is a courtesy. */
export async function readEarlier(host: Host, storeDir: string, imageId: string, before?: string): Promise<EarlierRelease | undefined> {
  try {
    const { releases } = await readIndex(host, storeDir);
    const versions = releases.filter((entry) => entry.imageId === imageId).map(({ version }) => version);
    const version = versions
      .filter((candidate) => before === undefined || compareVersions(candidate, before) < 0)
      .toSorted(compareVersions)
      .at(-1);
    if (version === undefined) return undefined;
    const { dir } = await findRelease(host, storeDir, { imageId, selector: { kind: 'version', version } });
    const packages = (await host.files.readText(join(dir, 'packages.txt'))).split('\n').filter((line) => line !== '');
    return { version, dir, packages, report: JSON.parse(await host.files.readText(join(dir, 'report.json'))) as VerificationReport };
  } catch {
    return undefined;
  }
}
