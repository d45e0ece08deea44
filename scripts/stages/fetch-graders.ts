import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { digestOf } from '../plan/digest.ts';
import { aptArgv, graderSourcesList, type GraderSource } from '../tools/grader-packages.ts';
import type { Stage } from './stage.ts';

export interface GradersWish {
  readonly source: GraderSource;
  readonly cacheDir: string;
  /** True: what lies in the cache is not good enough, however new it is. */
  readonly fresh: boolean;
}

export interface Graders {
  /** Root of what was unpacked. */
  readonly dir: string;
  /** `name version` of each package. */
  readonly versions: readonly string[];
}

const KEPT_MS = 7 * 24 * 60 * 60 * 1000;
const TIMEOUT_MS = 300_000;

/** Brings graders that are newer than the host's: signed packages, unpacked below the cache, never installed anywhere. */
export const fetchGraders: Stage<GradersWish, Graders> = {
  name: 'fetch-graders',
  title: 'Fetch the graders',
  run: async ({ source, cacheDir, fresh }, { host, scope }) => {
    const { url: _, ...identity } = source;
    const dir = join(cacheDir, 'graders', digestOf(identity).slice(0, 16));
    const kept = fresh ? undefined : await keptGraders(host, dir);
    if (kept !== undefined) return kept;
    if (!(await host.files.exists(source.keyring))) throw noKeyring(source);
    await host.files.makeDir(join(cacheDir, 'graders'));
    const work = await host.files.makeTempDir(join(cacheDir, 'graders'), '.fetch-');
    scope.always('remove the folder of the download', () => host.files.remove(work));
    const versions = await unpack(host, work, source);
    await host.files.writeText(join(work, 'root', VERSIONS), versions.map((line) => `${line}\n`).join(''));
    await host.files.remove(dir);
    await host.files.rename(join(work, 'root'), dir);
    return { dir, versions };
  },
};

const VERSIONS = 'graders.txt';

/** Written last before the folder gets its name: where it is, everything is. */
async function keptGraders(host: Host, dir: string): Promise<Graders | undefined> {
  const stat = await host.files.stat(join(dir, VERSIONS));
  if (stat === undefined || host.clock.now().getTime() - stat.modifiedMs > KEPT_MS) return undefined;
  const text = await host.files.readText(join(dir, VERSIONS));
  return { dir, versions: text.split('\n').filter((line) => line !== '') };
}

async function unpack(host: Host, work: string, source: GraderSource): Promise<readonly string[]> {
  for (const path of ['state/lists/partial', 'cache/archives/partial', 'debs', 'root']) await host.files.makeDir(join(work, path));
  await host.files.writeText(join(work, 'sources.list'), graderSourcesList(source));
  const apt = async (words: readonly string[]): Promise<void> => {
    const { exitCode, stderr } = await host.run(aptArgv(work, words), { cwd: join(work, 'debs'), reject: false, timeoutMs: TIMEOUT_MS });
    if (exitCode !== 0) throw notFetched(words[0] ?? '', stderr);
  };
  await apt(['update']);
  await apt(['download', ...source.packages]);
  const names = (await host.files.list(join(work, 'debs'))).filter((name) => name.endsWith('.deb'));
  for (const name of names) await host.run(['dpkg-deb', '-x', join(work, 'debs', name), join(work, 'root')]);
  return names.map((name) => name.split('_').slice(0, 2).join(' ').replaceAll('%3a', ':'));
}

function noKeyring({ keyring, url }: GraderSource): BakeError {
  return new BakeError('HOST_NOT_READY', {
    what: `This host has no ${keyring}: nobody can say who may sign the graders of ${url}`,
    fix: 'Install the package that brings this key ring, or copy the file from a machine of that distro',
  });
}

function notFetched(step: string, stderr: string): BakeError {
  return new BakeError('NETWORK_UNREACHABLE', {
    what: `The graders could not be fetched (apt-get ${step})`,
    fix: 'Check the network, or the mirror that this host uses (config/mirrors.yaml says how to name another)',
    details: stderr.trim().split('\n').slice(-10),
  });
}
