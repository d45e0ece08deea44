import { loadSpec } from '../config/load-spec.ts';
import { BakeError } from '../errors.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { Desk } from '../stages/stage.ts';
import { openStore } from '../store/open-store.ts';
import { assertDigest } from '../store/release-folder.ts';
import { resolveReference } from './resolve-reference.ts';

export interface SubjectRequest {
  /** What the caller wrote, and the same as a path. */
  readonly target: string;
  readonly targetPath: string;
  /** What a disk file does not say of itself. */
  readonly distro?: string;
  readonly image?: string;
  readonly role?: string;
  readonly storeLocation: string;
}

/** A disk, and what it is meant to be. */
export interface Subject {
  readonly diskPath: string;
  readonly artifactDigest: string | null;
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  /** Absent for a disk file. */
  readonly release?: Release;
}

const DISK_FILE = /\/|\.(?:qcow2|raw|img)$/;

/** Finds what somebody points at: a published release, or any disk file together with what it is meant to be. */
export function chooseSubject(desk: Desk, request: SubjectRequest): Promise<Subject> {
  return DISK_FILE.test(request.target) ? diskFile(desk, request) : release(desk, request);
}

async function diskFile({ host }: Desk, { targetPath, distro, image, role }: SubjectRequest): Promise<Subject> {
  if (distro === undefined || role === undefined) throw usage('A disk file does not say what it is meant to be', 'Give --distro and --role with a FILE');
  const loaded = await loadSpec(host, { distro, role, ...(image === undefined ? {} : { image }) });
  return { ...loaded, diskPath: targetPath, artifactDigest: null };
}

async function release(desk: Desk, { target, storeLocation, distro, image, role }: SubjectRequest): Promise<Subject> {
  if ((distro ?? image ?? role) !== undefined)
    throw usage(`The release ${target} says itself what it is`, 'Leave --distro, --image and --role away, or give a disk file (FILE.qcow2)');
  const store = openStore(desk.host, storeLocation);
  const found = await store.find(await resolveReference(desk, store, target));
  const loaded = await loadSpec(desk.host, { distro: found.release.distro, image: found.release.image, role: found.release.role });
  const diskPath = await found.bringDisk();
  await assertDigest(desk.host, diskPath, { sha256: found.release.disk.sha256, name: `${found.release.imageId}@${found.release.version}` });
  return { ...loaded, diskPath, artifactDigest: found.release.artifactDigest, release: found.release };
}

function usage(what: string, fix: string): BakeError {
  return new BakeError('USAGE', { what, fix });
}
