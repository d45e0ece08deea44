import { execa } from 'execa';
import { join, resolve } from 'node:path';

/** The project under test. */
export const PROJECT_DIR = resolve(import.meta.dirname, '../../..');
/** Releases of these tests; the user's own store is not touched. */
export const STORE_DIR = join(PROJECT_DIR, 'build/boot-tests/published');
/** Keys and what is remembered of stores: a person's own are no business of a test. */
const CONFIG_DIR = join(PROJECT_DIR, 'build/boot-tests/config');

export interface Ended {
  readonly exitCode: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one verb as a user would, to its end; its words go to this test's output, so that a failed CI run can be read. */
export async function ingot(verb: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const child = startIngot(verb, args, env);
  child.stderr?.pipe(process.stderr, { end: false });
  const { exitCode, stdout, stderr } = await child;
  return { exitCode, stdout, stderr };
}

/** Starts one verb and does not wait for it. */
export function startIngot(verb: string, args: readonly string[] = [], env: Readonly<Record<string, string>> = {}) {
  return execa(process.execPath, [join(PROJECT_DIR, 'scripts/cli.ts'), verb, ...args], {
    all: true,
    reject: false,
    stdin: 'ignore',
    cwd: PROJECT_DIR,
    env: { INGOT_CONFIG_DIR: CONFIG_DIR, ...env },
    extendEnv: true,
  });
}

/** The document that a verb prints with --json. */
export async function ingotJson<T>(verb: string, args: readonly string[] = []): Promise<T> {
  const { exitCode, stdout, stderr } = await ingot(verb, [...args, '--json']);
  if (exitCode !== 0) throw new Error(`ingot ${verb} ${args.join(' ')} exited with ${exitCode}\n${stderr}`);
  return JSON.parse(stdout) as T;
}
