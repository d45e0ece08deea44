import { join } from 'node:path';
import type { Host } from '../../host/host.ts';

export interface CliPlace {
  readonly buildDir?: string;
  readonly storeLocation?: string;
}

/** Runs our own command line as a user does: a process of its own, from its start to its end. Returns what it printed. */
export async function runCli(
  host: Host,
  words: readonly string[],
  { buildDir, timeoutMs, env = {} }: CliPlace & { readonly timeoutMs?: number | undefined; readonly env?: Readonly<Record<string, string>> } = {},
): Promise<string> {
  const { stdout } = await host.run([process.execPath, join(host.facts.projectDir, 'scripts/cli.ts'), ...words], {
    ...(timeoutMs === undefined ? {} : { timeoutMs }),
    env: { ...env, ...(buildDir === undefined ? {} : { INGOT_BUILD_DIR: buildDir }) },
  });
  return stdout;
}
