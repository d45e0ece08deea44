import type { Tree, TreeEntry } from '../model/tree.ts';
import type { ProbeResult } from './probe-results.ts';
import type { NamedProbe } from './probe-script.ts';

const NAME = 'tree';

/** Has every file of a disk listed in the same way in which the checks look into it. */
export function treeProbe(script: string): NamedProbe {
  return { name: NAME, run: script };
}

/** The files of the disk; undefined when it could not be looked into as a whole. */
export function treeOf(facts: ReadonlyMap<string, ProbeResult>): Tree | undefined {
  const result = facts.get(NAME);
  return result?.exitCode === 0 ? parseTree(result.stdout) : undefined;
}

/** Reads what packer/list-tree.sh printed; undefined when a plain file has no digest: a list that was cut short must not look like a smaller disk. */
export function parseTree(text: string): Tree | undefined {
  const lines = text.split('\n').map((line) => line.split('\t'));
  const digests = new Map(lines.flatMap(([kind, sha256 = '', ...path]) => (kind === 'content' ? [[path.join('\t'), sha256] as const] : [])));
  const entries = lines.flatMap(([kind, ...fields]) => (kind === 'entry' ? [entryOf(fields, digests)] : []));
  const isWhole = entries.length > 0 && entries.every(([, { type, sha256 }]) => type !== 'f' || sha256 !== undefined);
  return isWhole ? new Map(entries) : undefined;
}

function entryOf(
  [type = '', mode = '', owner = '', size = '', ...rest]: readonly string[],
  digests: ReadonlyMap<string, string>,
): readonly [string, TreeEntry] {
  const [path, link] = [rest.slice(0, -1).join('\t'), rest.at(-1) ?? ''];
  return [path, { type, mode, owner, link, sizeBytes: size === '' ? undefined : Number(size), sha256: digests.get(path) }];
}
