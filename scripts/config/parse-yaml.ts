import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument, type Document, type YAMLError } from 'yaml';
import { quoted, type KeyPath, type Problem } from './problem.ts';

/** One YAML file as a value that still knows on which line each of its keys stands. */
export interface YamlFile {
  /** As shown to people: from the project's root. */
  readonly file: string;
  readonly value: unknown;
  /** True: what is written may be a password, and no message repeats it. */
  readonly secretive?: boolean;
  /** Line of the deepest part of the path that exists. */
  readonly lineOf: (path: KeyPath) => number;
}

export interface ParsedYaml {
  /** Absent when the text is not YAML that can be trusted. */
  readonly yaml?: YamlFile;
  readonly problems: readonly Problem[];
}

export interface Reading {
  readonly secretive?: boolean;
  /** 1.1 is what Python reads: there `on` is true, and 12:30 a number. */
  readonly version?: '1.1' | '1.2';
}

/** Reads YAML text strictly: syntax errors, duplicate keys, unknown tags and NUL bytes are problems with a line. */
export function parseYaml(file: string, text: string, { secretive = false, version = '1.2' }: Reading = {}): ParsedYaml {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, stringKeys: true, version });
  const mistakes = [...document.errors, ...document.warnings];
  if (mistakes.length > 0) return { problems: mistakes.map((mistake) => syntaxProblem({ file, text, lines, mistake, secretive })) };
  const lineOf = (path: KeyPath): number => lines.linePos(offsetOf(document, path)).line;
  // A machine's settings are written out in full: whoever checks them there follows no alias.
  const value = valueOf(document, secretive ? 0 : 100);
  if (value === undefined)
    return { problems: [{ file, line: 1, path: [], what: 'has an alias (& and *) that is not followed here', fix: 'write the values out' }] };
  const problems = nulPaths(value).map((path) => ({
    file,
    line: lineOf(path),
    path,
    what: 'contains a NUL byte',
    fix: 'remove it: no shell or file can carry one',
  }));
  return problems.length > 0 ? { problems } : { yaml: { file, value, secretive, lineOf }, problems };
}

/** Undefined when aliases make it endless, or so large that it is meant to hurt. */
function valueOf(document: Document, maxAliasCount: number): unknown {
  try {
    const value: unknown = document.toJS({ maxAliasCount });
    JSON.stringify(value);
    return value;
  } catch (error) {
    if (error instanceof ReferenceError || error instanceof TypeError) return undefined;
    throw error;
  }
}

function syntaxProblem({
  file,
  text,
  lines,
  mistake,
  secretive,
}: {
  readonly file: string;
  readonly text: string;
  readonly lines: LineCounter;
  readonly mistake: YAMLError;
  readonly secretive: boolean;
}): Problem {
  const [from] = mistake.pos;
  const at = { file, line: lines.linePos(Math.min(from, Math.max(0, text.length - 1))).line, path: [] };
  if (mistake.code === 'DUPLICATE_KEY') {
    const key = secretive ? '…' : (/^[^:\n]*/.exec(text.slice(from))?.[0].trim() ?? '');
    return { ...at, what: `the key ${quoted(key)} is written twice in one place`, fix: 'keep one of them' };
  }
  const what = secretive ? mistake.code.toLowerCase().replaceAll('_', ' ') : (mistake.message.split('\n')[0] ?? mistake.code);
  return { ...at, what: `is not valid YAML: ${what}`, fix: 'mend the syntax; quote a text that has special characters' };
}

/** Where the key (or list item) that a path names begins in the text. */
function offsetOf(document: Document, path: KeyPath): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const step of path) {
    const child = childOf(isAlias(node) ? node.resolve(document) : node, step);
    if (child === undefined) return offset;
    offset = child.offset ?? offset;
    node = child.node;
  }
  return offset;
}

function childOf(node: unknown, step: string | number): { readonly node: unknown; readonly offset: number | undefined } | undefined {
  if (isSeq(node)) {
    const item = node.items[Number(step)];
    return item === undefined ? undefined : { node: item, offset: startOf(item) };
  }
  if (!isMap(node)) return undefined;
  const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair === undefined ? undefined : { node: pair.value, offset: startOf(pair.key) };
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node) ? node.range?.[0] : undefined;
}

function nulPaths(value: unknown, path: KeyPath = []): readonly KeyPath[] {
  if (typeof value === 'string') return value.includes('\0') ? [path] : [];
  if (Array.isArray(value)) return value.flatMap((item: unknown, index) => nulPaths(item, [...path, index]));
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, item]) => [...(key.includes('\0') ? [path] : []), ...nulPaths(item, [...path, key])]);
}
