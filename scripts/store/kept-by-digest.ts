import { join } from 'node:path';
import type { Host } from '../host/host.ts';

/** Where something that was found out about one disk stays until a release of that very disk takes it along. */
export interface Place {
  readonly buildDir: string;
  /** Folder of this kind of document below the build folder. */
  readonly folder: string;
  /** Of the disk, as hexadecimal digits. */
  readonly sha256: string;
}

/** Remembers a document about a disk; the one before is replaced. */
export async function keepByDigest({ files }: Host, place: Place, document: object): Promise<void> {
  await files.makeDir(join(place.buildDir, place.folder));
  await files.writeText(pathOf(place), `${JSON.stringify(document, undefined, 2)}\n`);
}

/** What was kept of this disk as JSON; undefined when there is nothing. */
export async function readByDigest({ files }: Host, place: Place): Promise<unknown> {
  return (await files.exists(pathOf(place))) ? JSON.parse(await files.readText(pathOf(place))) : undefined;
}

function pathOf({ buildDir, folder, sha256 }: Place): string {
  return join(buildDir, folder, `${sha256}.json`);
}
