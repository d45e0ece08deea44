import { dirname, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { withScope } from '../host/scope.ts';

/** The name of the file by which a folder is known again as one that Ingot wrote. */
export const FOLDER_MARKER = '.written-by-ingot';

export interface FolderFile {
  readonly path: string;
  readonly text: string;
  readonly mode: number;
}

/** Writes a folder whole or not at all, in place of an older one that Ingot wrote; never over anything else. Returns the paths written. */
export async function replaceFolder({ files }: Host, dir: string, content: readonly FolderFile[]): Promise<readonly string[]> {
  await refuseForeign(files, dir);
  await withScope(async (scope) => {
    await makeParent(files, dir);
    const workDir = await files.makeTempDir(dirname(dir), '.ingot-');
    scope.always('work folder', () => files.remove(workDir));
    const [newDir, oldDir] = [join(workDir, 'new'), join(workDir, 'old')];
    await writeAll(files, newDir, content);
    const replaces = await files.exists(dir);
    if (replaces) await files.rename(dir, oldDir);
    if (replaces) scope.onFailure('older folder', () => files.rename(oldDir, dir));
    await files.rename(newDir, dir);
  });
  return content.map(({ path }) => join(dir, path));
}

type Files = Host['files'];

async function refuseForeign(files: Files, dir: string): Promise<void> {
  const stat = await files.stat(dir);
  if (stat === undefined) return;
  const names = stat.kind === 'directory' ? await files.list(dir) : [];
  if (stat.kind === 'directory' && (names.length === 0 || names.includes(FOLDER_MARKER))) return;
  throw new BakeError('USAGE', {
    what: stat.kind === 'directory' ? `${dir} holds files that Ingot did not write` : `${dir} is a ${stat.kind}, not a folder`,
    fix: 'Choose a folder that is new, empty, or written by an earlier run',
  });
}

async function makeParent(files: Files, dir: string): Promise<void> {
  try {
    await files.makeDir(dirname(dir));
    if (await files.writable(dirname(dir))) return;
  } catch (cause) {
    throw notWritable(dir, cause);
  }
  throw notWritable(dir, undefined);
}

function notWritable(dir: string, cause: unknown): BakeError {
  return new BakeError('USAGE', { what: `Nothing can be written beside ${dir}`, fix: 'Choose a folder below one that you may write to', cause });
}

async function writeAll(files: Files, dir: string, content: readonly FolderFile[]): Promise<void> {
  for (const folder of new Set(content.map(({ path }) => dirname(join(dir, path))))) await files.makeDir(folder);
  await Promise.all(content.map(({ path, text, mode }) => files.writeUnsynced(join(dir, path), text, mode)));
  await files.writeUnsynced(join(dir, FOLDER_MARKER), 'Ingot may replace this folder.\n', 0o644);
}
