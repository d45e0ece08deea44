import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { UsedSource } from '../model/bake-inputs.ts';

/** Which commit a folder is at; null where it is in no repository, or git is not there to ask. */
export async function commitOf(host: Host, dir: string): Promise<UsedSource | null> {
  const commit = await ask(host, dir, ['rev-parse', '--verify', 'HEAD']);
  if (commit === undefined || !/^[0-9a-f]{40,64}$/.test(commit)) return null;
  const changes = await ask(host, dir, ['status', '--porcelain', '--untracked-files=no']);
  return { commit, modified: changes !== '' };
}

async function ask(host: Host, dir: string, words: readonly string[]): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await host.run(['git', '-C', dir, '-c', `safe.directory=${dir}`, ...words], { reject: false });
    return exitCode === 0 ? stdout.trim() : undefined;
  } catch (error) {
    if (error instanceof BakeError && error.code === 'HOST_NOT_READY') return undefined;
    throw error;
  }
}
