import type { Distro } from '../model/distro.ts';
import type { GradeReport } from '../model/grade-report.ts';
import type { CatalogueImage, CatalogueRelease, ReleaseCatalogue, ReleaseDetails, Support } from '../model/release-catalogue.ts';
import { compareVersions } from '../model/release-name.ts';
import type { IndexEntry, Release, StoreIndex } from '../model/release.ts';

/** So many releases of an image are looked into: a trend that can be read, and a page whose making does not grow with the store. */
export const DETAILED_RELEASES = 20;
const ENDING_DAYS = 180;
const DAY_MS = 24 * 60 * 60 * 1000;

/** A release that was looked into, with the names of its files. */
export interface SeenRelease {
  readonly release: Release;
  readonly files: readonly string[];
  readonly graded?: GradeReport;
}

export interface CatalogueRequest {
  readonly index: StoreIndex;
  readonly seen: readonly SeenRelease[];
  readonly distros: readonly Pick<Distro, 'id' | 'title' | 'codename' | 'version' | 'lifeCycle'>[];
  readonly now: Date;
}

/** The release of each image that its readers take first. */
export function newestOf(index: StoreIndex): readonly IndexEntry[] {
  return imageIdsOf(index).flatMap((imageId) => offered(newestFirst(index, imageId)) ?? []);
}

/** The newest of an image's releases that nobody has taken back; the newest of all when all were. */
export function offered<Entry extends IndexEntry>(newestFirstReleases: readonly Entry[]): Entry | undefined {
  return newestFirstReleases.find(({ yanked }) => yanked === undefined) ?? newestFirstReleases[0];
}

/** Which releases are worth looking into: the newest of each image. */
export function releasesToSee(index: StoreIndex): readonly IndexEntry[] {
  return imageIdsOf(index).flatMap((imageId) => newestFirst(index, imageId).slice(0, DETAILED_RELEASES));
}

/** Puts together what a store's readers want to know, from its index and the releases that were looked into. */
export function planCatalogue(request: CatalogueRequest): ReleaseCatalogue {
  const { index, now } = request;
  return { generation: index.generation, madeAt: now.toISOString(), images: imageIdsOf(index).map((imageId) => imageOf(request, imageId)) };
}

function imageIdsOf({ releases }: StoreIndex): readonly string[] {
  return [...new Set(releases.map(({ imageId }) => imageId))].toSorted();
}

function newestFirst({ releases }: StoreIndex, imageId: string): readonly IndexEntry[] {
  return releases.filter((entry) => entry.imageId === imageId).toSorted((a, b) => compareVersions(b.version, a.version));
}

function imageOf({ index, seen, distros, now }: CatalogueRequest, imageId: string): CatalogueImage {
  const own = new Map(seen.filter(({ release }) => release.imageId === imageId).map((each) => [each.release.version, each]));
  const newest = [...own.values()].toSorted((a, b) => compareVersions(b.release.version, a.release.version))[0]?.release;
  const distro = distros.find(({ id }) => id === newest?.distro);
  return {
    imageId,
    ...{ image: newest?.image ?? imageId, role: newest?.role ?? '', distro: newest?.distro ?? '' },
    ...{ distroTitle: distro?.title ?? newest?.distro ?? '', codename: distro?.codename ?? '', version: distro?.version ?? '' },
    ...{ support: supportOf(distro?.lifeCycle, now), endOfLife: distro?.lifeCycle.endOfLife ?? '' },
    offered: offered(newestFirst(index, imageId))?.version ?? '',
    releases: newestFirst(index, imageId).map((entry): CatalogueRelease => {
      const found = own.get(entry.version);
      return { ...entry, channels: channelsAt(index, entry), ...(found === undefined ? {} : { details: detailsOf(found) }) };
    }),
  };
}

function channelsAt({ channels }: StoreIndex, { imageId, version }: IndexEntry): readonly string[] {
  const pointers = Object.hasOwn(channels, imageId) ? (channels[imageId] ?? {}) : {};
  return Object.keys(pointers)
    .filter((channel) => pointers[channel] === version)
    .toSorted();
}

function detailsOf({ release, files, graded }: SeenRelease): ReleaseDetails {
  return {
    virtualSizeBytes: release.disk.virtualSizeBytes,
    checksDeclared: release.checks.declared,
    firstBootSeconds: release.bootSeconds.firstBoot,
    rebootSeconds: release.bootSeconds.reboot,
    bakeSeconds: release.stageTimes.reduce((sum, { seconds }) => sum + seconds, 0),
    loginUser: release.loginUser,
    compression: release.disk.compression,
    files,
    ...(graded === undefined ? {} : { grades: graded.grades }),
  };
}

function supportOf(lifeCycle: Distro['lifeCycle'] | undefined, now: Date): Support {
  if (lifeCycle === undefined) return 'unknown';
  const daysLeft = (date: string): number => (Date.parse(date) - now.getTime()) / DAY_MS;
  if (daysLeft(lifeCycle.endOfLife) >= 0) return daysLeft(lifeCycle.endOfLife) <= ENDING_DAYS ? 'ending' : 'supported';
  return lifeCycle.extendedUntil !== undefined && daysLeft(lifeCycle.extendedUntil) >= 0 ? 'extended' : 'ended';
}
