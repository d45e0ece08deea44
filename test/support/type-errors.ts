import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const PROJECT_DIR = join(import.meta.dirname, '../..');

export interface TypedValue {
  /** A type that a package publishes for a document of its own. */
  readonly type: string;
  readonly from: string;
  readonly value: unknown;
}

/** What the compiler has against a value as a document of a type: unknown fields, missing ones, wrong kinds. Empty when nothing. */
export function typeErrorsOf({ type, from, value }: TypedValue): string {
  // Inside the project, where the packages are found.
  mkdirSync(join(PROJECT_DIR, 'node_modules/.cache'), { recursive: true });
  const dir = mkdtempSync(join(PROJECT_DIR, 'node_modules/.cache/typed-'));
  try {
    const path = join(dir, 'value.ts');
    writeFileSync(path, `import type { ${type} } from '${from}';\nexport const value: ${type} = ${JSON.stringify(value, undefined, 2)};\n`);
    const options = ['--noEmit', '--strict', '--skipLibCheck', '--module', 'nodenext', '--moduleResolution', 'nodenext', '--types', '', '--ignoreConfig'];
    const { stdout, stderr } = spawnSync(join(PROJECT_DIR, 'node_modules/.bin/tsc'), [...options, path], { encoding: 'utf8' });
    return stdout + stderr;
  } finally {
    rmSync(dir, { recursive: true });
  }
}
