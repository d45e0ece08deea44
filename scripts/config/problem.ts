import { BakeError } from '../errors.ts';

/** Where in a document something is: keys and list positions from the top. */
export type KeyPath = readonly (string | number)[];

/** One thing that is wrong with the configuration, and what to do about it. */
export interface Problem {
  /** As shown to people: from the project's root. */
  readonly file: string;
  readonly line: number;
  readonly path: KeyPath;
  readonly what: string;
  readonly fix: string;
}

/** Ends a load that found problems with one error that lists all of them, so that they can be mended in one go. */
export function throwIfInvalid(problems: readonly Problem[]): void {
  if (problems.length === 0) return;
  const details = [...new Set(problems.toSorted(inReadingOrder).map(problemLine))];
  throw new BakeError('CONFIG_INVALID', {
    what: details.length === 1 ? 'The configuration has a problem' : `The configuration has ${details.length} problems`,
    fix: 'Mend each line below and run the same command again',
    details,
  });
}

/** One problem as the line that people and editors read: `<file>:<line>: <path>: <what>; <remedy>`. */
export function problemLine({ file, line, path, what, fix }: Problem): string {
  return `${file}:${line}: ${pathText(path)}: ${what}; ${fix}`;
}

/** A value of the configuration inside a sentence: on one line, quoted, and never longer than the sentence. */
export function quoted(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}

function pathText(path: KeyPath): string {
  if (path.length === 0) return '(top)';
  const steps = path.map((step) => {
    if (typeof step === 'number') return `[${step}]`;
    return /^[\w-]+$/.test(step) ? `.${step}` : `[${JSON.stringify(step)}]`;
  });
  return steps.join('').replace(/^\./, '');
}

function inReadingOrder(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line;
}
