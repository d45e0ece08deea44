import { basename, join } from 'node:path';
import { BakeError } from '../../errors.ts';
import type { Argv, Host } from '../../host/host.ts';

/** What it is, and what it calls that a host without it lacks. */
const PACKAGES = ['mkosi', 'bubblewrap'];

/** Versions before it build nothing on a host without systemd. */
const OLDEST_VERSION = 20;

/** A mkosi that can be run, and which. */
export interface Found {
  readonly command: Argv;
  readonly version: string;
}

export interface Backport {
  readonly dir: string;
  /** What follows the mirror in each line of sources.list: mkosi comes from the first, what it calls from any. */
  readonly sources: readonly string[];
  readonly mirror: string | undefined;
}

/** The one on the PATH when it is new enough; else the one of the payload's own backports, unpacked where it goes with the laboratory. */
export async function findMkosi(host: Host, backport: Backport): Promise<Found> {
  const installed = await versionOf(host, ['mkosi']);
  if (installed !== undefined && Number.parseInt(installed, 10) >= OLDEST_VERSION) return { command: ['mkosi'], version: installed };
  const why = await unpackBackport(host, backport);
  const root = join(backport.dir, 'mkosi/usr');
  const command: Argv = ['sh', '-c', RUN_UNPACKED, join(root, 'bin'), join(root, 'lib/python3/dist-packages')];
  const version = why === undefined ? await versionOf(host, command) : undefined;
  if (version !== undefined) return { command, version };
  const here = installed === undefined ? 'it is not on the PATH' : `the one on the PATH is ${installed}, older than ${OLDEST_VERSION}`;
  throw new BakeError('HOST_NOT_READY', {
    what: `There is no mkosi to compare with: ${here}, and the backports say: ${why ?? 'it does not start'}`,
    fix: `Put mkosi ${OLDEST_VERSION} or newer on the PATH`,
  });
}

/** Its first two words say where its programs and its modules are. */
const RUN_UNPACKED = 'PATH=$0:$PATH PYTHONPATH=$1; export PATH PYTHONPATH; shift; exec python3 -m mkosi "$@"';

/** By apt, signatures checked, with lists of its own: the host's are not touched. Resolves with apt's last word when there is none. */
async function unpackBackport(host: Host, { dir, sources, mirror }: Backport): Promise<string | undefined> {
  if (mirror === undefined) return 'no mirror is known';
  for (const name of ['lists/partial', 'archives/partial']) await host.files.makeDir(join(dir, name));
  await host.files.writeText(join(dir, 'backports.list'), sources.map((source) => `deb ${mirror} ${source}\n`).join(''));
  const places = {
    'Dir::Etc::sourcelist': 'backports.list',
    'Dir::State::lists': 'lists',
    'Dir::Cache::archives': 'archives',
    'Dir::Cache::pkgcache': 'pkgcache.bin',
    'Dir::Cache::srcpkgcache': 'srcpkgcache.bin',
  };
  const settings = Object.entries(places).flatMap(([name, place]) => ['-o', `${name}=${join(dir, place)}`]);
  const apt: Argv = ['apt-get', '-q', '-o', 'Dir::Etc::sourceparts=-', '-o', 'APT::Sandbox::User=root', ...settings];
  // Backports are not taken unless they are asked for; what is not in them comes from the other source all the same.
  const [suite = ''] = sources[0]?.split(' ') ?? [];
  for (const words of [['update'], ['-t', suite, 'download', ...PACKAGES]]) {
    const { exitCode, stderr } = await host.run([...apt, ...words], { reject: false, cwd: dir });
    if (exitCode !== 0) return stderr.trim().split('\n').at(-1) ?? '';
  }
  const archives = (await host.files.list(dir)).filter((path) => path.endsWith('.deb'));
  if (archives.length < PACKAGES.length) return `apt brought ${archives.length} archives of ${PACKAGES.length}`;
  for (const archive of archives) await host.run(['dpkg-deb', '-x', join(dir, basename(archive)), join(dir, 'mkosi')]);
  return undefined;
}

async function versionOf(host: Host, command: Argv): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await host.run([...command, '--version'], { reject: false });
    return exitCode === 0 ? /\d[\w.~+-]*/.exec(stdout)?.[0] : undefined;
  } catch (error) {
    if (error instanceof BakeError && error.code === 'HOST_NOT_READY') return undefined;
    throw error;
  }
}
