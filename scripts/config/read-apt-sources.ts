import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { parseAptSources, type AptEntry } from './apt-sources.ts';

/** What the host's own apt is set to; nothing on a host without apt, and nothing from a file that may not be read. */
export async function readAptSources(host: Host, aptDir = '/etc/apt'): Promise<readonly AptEntry[]> {
  const partsDir = join(aptDir, 'sources.list.d');
  const parts = (await host.files.list(partsDir)).filter((name) => /^[\w.-]+\.(list|sources)$/.test(name));
  const paths = [join(aptDir, 'sources.list'), ...parts.map((name) => join(partsDir, name))];
  return (await Promise.all(paths.map(async (path) => parseAptSources(path, await textOf(host, path))))).flat();
}

async function textOf(host: Host, path: string): Promise<string> {
  try {
    return await host.files.readText(path);
  } catch {
    return '';
  }
}
