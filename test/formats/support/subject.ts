import { execFileSync } from 'node:child_process';
import { createReadStream, mkdirSync, rmSync, symlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { localHost } from '../../../scripts/host/local-host.ts';
import type { Release } from '../../../scripts/model/release.ts';
import { exportRelease } from '../../../scripts/pipelines/export-release.ts';
import { resolveReference } from '../../../scripts/pipelines/resolve-reference.ts';
import type { Desk } from '../../../scripts/stages/stage.ts';
import { openStore } from '../../../scripts/store/open-store.ts';
import { fakeHost } from '../../support/fake-host.ts';
import { IMAGE_ID, releaseOfDisk } from '../../support/real-release.ts';
import { makeSampleDisk, SAMPLE_BYTES } from './sample-disk.ts';
import { digestOf, type Reading } from './readers.ts';

/** A published release, and a place for what is exported from it. */
export interface Subject {
  readonly release: Release;
  readonly outDir: string;
  /** Exports once, then gives the same path. */
  readonly exported: (format: string) => Promise<string>;
  /** What its own disk holds, as qemu-img reads it, with zeros up to a size. */
  readonly content: (sizeBytes: number) => Promise<Reading>;
}

/** A small release made here; or a real one, which INGOT_FORMATS_REF names and INGOT_FORMATS_STORE (default: published) holds. */
export async function subject(): Promise<Subject> {
  const reference = process.env['INGOT_FORMATS_REF'] ?? IMAGE_ID;
  const { dir } = fakeHost();
  for (const room of ['config', 'templates']) symlinkSync(join(process.cwd(), room), join(dir, room));
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_SIGNING_KEY: 'none' } });
  const desk: Desk = { host, say: () => undefined };
  const [outDir, own] = [join(dir, 'out'), join(dir, 'published')];
  mkdirSync(outDir);
  const isReal = process.env['INGOT_FORMATS_REF'] !== undefined;
  const storeLocation = isReal ? resolve(process.env['INGOT_FORMATS_STORE'] ?? 'published') : own;
  if (!isReal) await releaseOfDisk(desk, own, { version: '2026.11.22-1', virtualSizeBytes: SAMPLE_BYTES, make: makeSampleDisk });
  const store = openStore(host, storeLocation);
  const found = await store.find(await resolveReference(desk, store, reference));
  const disk = await found.bringDisk();
  return {
    ...{ release: found.release, outDir },
    exported: once(async (format) => (await exportRelease(desk, { storeLocation, reference, format, out: { dir: outDirOf(outDir, format) } })).path),
    content: once((sizeBytes) => contentOf(disk, sizeBytes, join(outDir, 'content.raw'))),
  };
}

function once<Key, T>(work: (key: Key) => Promise<T>): (key: Key) => Promise<T> {
  const done = new Map<Key, Promise<T>>();
  return (key) => {
    const result = done.get(key) ?? work(key);
    done.set(key, result);
    return result;
  };
}

/** qcow2 and qcow2-zlib have the same name. */
function outDirOf(outDir: string, format: string): string {
  mkdirSync(join(outDir, format), { recursive: true });
  return join(outDir, format);
}

async function contentOf(disk: string, sizeBytes: number, rawPath: string): Promise<Reading> {
  execFileSync('qemu-img', ['convert', '-f', 'qcow2', '-O', 'raw', disk, rawPath]);
  execFileSync('truncate', ['--size', `>${sizeBytes}`, rawPath]);
  const reading = await digestOf(createReadStream(rawPath, { highWaterMark: 2 ** 20 }));
  rmSync(rawPath);
  return reading;
}
