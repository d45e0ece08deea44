import { join } from 'node:path';
import type { Argv } from '../host/host.ts';

export interface GraderSource {
  readonly url: string;
  readonly suite: string;
  readonly keyring: string;
  readonly packages: readonly string[];
}

/** apt with lists, caches and sources of its own below one folder: the host's are neither read nor written, nothing is pinned, nothing is installed. */
export function aptArgv(dir: string, words: readonly string[]): Argv {
  const settings = {
    'Dir::State': join(dir, 'state'),
    'Dir::State::status': '/dev/null',
    'Dir::Cache': join(dir, 'cache'),
    'Dir::Etc::sourcelist': join(dir, 'sources.list'),
    'Dir::Etc::sourceparts': '-',
    'APT::Sandbox::User': 'root',
    'Acquire::Languages': 'none',
    'Acquire::IndexTargets::deb::DEP-11::DefaultEnabled': 'false',
  };
  return ['apt-get', '-q', ...Object.entries(settings).flatMap(([name, value]) => ['-o', `${name}=${value}`]), ...words];
}

/** The one line of that apt's sources. */
export function graderSourcesList({ url, suite, keyring }: GraderSource): string {
  return `deb [signed-by=${keyring}] ${url} ${suite} main\n`;
}
