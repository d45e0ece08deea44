import { createHash } from 'node:crypto';
import { isAbsolute, join, relative, sep } from 'node:path';
import type { FileStat, Host } from '../host/host.ts';
import type { SourceFile } from '../model/image-spec.ts';
import type { Problem } from './problem.ts';

/** Reads files of the project, remembers the texts of those that ship, and collects what is wrong on the way. */
export interface SourceReader {
  readonly problems: Problem[];
  /** Texts of the files that ship, by their path from the project's root. */
  readonly texts: Map<string, string>;
  /** A path as shown to people and as key of its text: from the project's root, `/`-separated. */
  readonly nameOf: (path: string) => string;
  readonly stat: (path: string) => Promise<FileStat | undefined>;
  readonly list: (dir: string) => Promise<readonly string[]>;
  /** The text of a UTF-8 file; undefined, and a problem, when it cannot be had. */
  readonly text: (path: string) => Promise<string | undefined>;
  /** The same for a file that ships: its digest, and its text kept. */
  readonly source: (path: string) => Promise<SourceFile | undefined>;
}

/** One reader serves one load: its problems are the load's problems. */
export function sourceReader(host: Host): SourceReader {
  const problems: Problem[] = [];
  const texts = new Map<string, string>();
  const nameOf = (path: string): string => {
    const inProject = relative(host.facts.projectDir, path);
    return isAbsolute(inProject) || inProject.startsWith('..') ? path : inProject.split(sep).join('/');
  };
  const refuse = (path: string, what: string, fix: string): undefined => void problems.push({ file: nameOf(path), line: 1, path: [], what, fix });
  const read = async (path: string): Promise<{ readonly bytes: Uint8Array; readonly text: string } | undefined> => {
    const stat = await host.files.stat(path);
    if (stat === undefined) return refuse(path, 'there is no such file', 'add it, or remove the line or folder that calls for it');
    if (stat.kind !== 'file') return refuse(path, `is a ${stat.kind}, not a file`, 'replace it by a plain file');
    const bytes = await host.files.readBytes(path);
    const text = utf8(bytes);
    return text === undefined ? refuse(path, 'is not UTF-8 text', 'components ship text only: fetch or make binary files in a script') : { bytes, text };
  };
  return {
    problems,
    texts,
    nameOf,
    stat: host.files.stat,
    list: async (dir) => (await host.files.list(dir)).map((name) => join(dir, name)),
    text: async (path) => (await read(path))?.text,
    source: async (path) => {
      const found = await read(path);
      if (found === undefined) return undefined;
      texts.set(nameOf(path), found.text);
      return { source: nameOf(path), sha256: createHash('sha256').update(found.bytes).digest('hex') };
    },
  };
}

/** The exact text, byte order mark included; undefined for bytes that are no UTF-8 or that hold a NUL. */
function utf8(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
    return text.includes('\0') ? undefined : text;
  } catch {
    return undefined;
  }
}
