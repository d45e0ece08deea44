import { compareVersions, VERSION_PATTERN } from '../model/release-name.ts';

/** Decides the version of the next release: the day it is published, and the first number above all that were ever used that day. */
export function nextVersion(today: Date, existing: readonly string[]): string {
  const day = today.toISOString().slice(0, 10).replaceAll('-', '.');
  const newest = existing
    .filter((version) => VERSION_PATTERN.test(version) && version.startsWith(`${day}-`))
    .toSorted(compareVersions)
    .at(-1);
  return `${day}-${newest === undefined ? 1 : Number(newest.split('-')[1]) + 1}`;
}
