import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parse } from 'yaml';

const PROJECT = join(import.meta.dirname, '../..');

/** One fact of a distro that is made wrong, and what comes of it. */
export interface WrongFact {
  readonly distro: string;
  readonly role: string;
  readonly what: string;
  readonly from: string;
  readonly to: string;
  /** Part of the row that goes red, or of what it says. */
  readonly caught?: string;
  /** Why nothing goes red. */
  readonly notCaught?: string;
}

export const WRONG_FACTS = parse(readFileSync(join(import.meta.dirname, 'wrong-facts.yaml'), 'utf8')) as readonly WrongFact[];

/** A copy of config/ in which this fact is wrong. */
export function configWith({ distro, from, to }: WrongFact): string {
  const dir = join(mkdtempSync(join(tmpdir(), 'wrong-fact-')), 'config');
  cpSync(join(PROJECT, 'config'), dir, { recursive: true });
  const path = join(dir, `distros/${distro}.yaml`);
  const text = readFileSync(path, 'utf8');
  if (text.split(from).length !== 2) throw new Error(`${JSON.stringify(from)} is not once in ${path}`);
  writeFileSync(
    path,
    text.replace(from, () => to),
  );
  return dir;
}
