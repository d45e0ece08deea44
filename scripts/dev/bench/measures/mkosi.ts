import { join } from 'node:path';
import { loadSpec } from '../../../config/load-spec.ts';
import { BakeError } from '../../../errors.ts';
import type { Argv, Host } from '../../../host/host.ts';
import { compactArgv } from '../../../tools/qemu-img.ts';
import { BENCH_IMAGE } from '../bench-project.ts';
import type { ColdRuns } from '../cold-runs.ts';
import type { Ground } from '../ground.ts';
import type { Lab } from '../lab.ts';
import type { Lap, Measured } from '../line.ts';
import { timed } from '../stopwatch.ts';

/** Versions before it build nothing on a host without systemd. */
const OLDEST_VERSION = 20;

/** Base and packages together, against mkosi with the same packages: what a first bake costs. Both fetch the base; the payload's archives are there. */
export async function measureMkosi(lab: Lab, ground: Ground, cold: ColdRuns): Promise<Measured> {
  const { host, say } = lab.desk;
  const dir = join(lab.dir, 'mkosi');
  await host.files.makeDir(dir);
  const { command, version } = await findMkosi(host, dir);
  say({ type: 'note', message: `Base and packages by mkosi ${version}` });
  const argv = await readyMkosi(lab, ground, { command, dir });
  const diskPath = join(dir, 'disk.qcow2');
  await host.run(['sync']);
  const build = await timed(host, () => host.run(argv, { contain: true, cwd: dir }));
  const convert = await timed(host, () => host.run(compactArgv({ from: join(dir, 'out/image.raw'), to: diskPath, compression: 'zstd' })));
  const { sizeBytes = 0 } = (await host.files.stat(diskPath)) ?? {};
  const notes = [
    `mkosi ${version}: build ${build.seconds.toFixed(1)} · convert ${convert.seconds.toFixed(1)}; ${Math.round(sizeBytes / 2 ** 20)} MiB; an initrd and a package set of its own, not booted`,
    `ours: base ${ground.baseLap.seconds.toFixed(1)} · all else ${cold.ours.seconds.toFixed(1)}`,
  ];
  await host.files.remove(dir);
  return { ours: sum(ground.baseLap, cold.ours), peer: sum(build, convert), notes };
}

interface Found {
  readonly command: string;
  readonly version: string;
}

/** The one on the PATH when it is new enough; else the one that the Python index has, in a place that goes with the laboratory. */
async function findMkosi(host: Host, dir: string): Promise<Found> {
  const installed = await versionOf(host, 'mkosi');
  if (installed !== undefined && Number.parseInt(installed, 10) >= OLDEST_VERSION) return { command: 'mkosi', version: installed };
  const venvDir = join(dir, 'venv');
  await host.run(['python3', '-m', 'venv', venvDir]);
  const { exitCode, stderr } = await host.run([join(venvDir, 'bin/pip'), 'install', '--quiet', '--disable-pip-version-check', 'mkosi'], { reject: false });
  const command = join(venvDir, 'bin/mkosi');
  const version = exitCode === 0 ? await versionOf(host, command) : undefined;
  if (version !== undefined) return { command, version };
  const why = stderr.trim().split('\n').at(-1) ?? '';
  const here = installed === undefined ? 'it is not on the PATH' : `the one on the PATH is ${installed}, older than ${OLDEST_VERSION}`;
  throw new BakeError('HOST_NOT_READY', {
    what: `There is no mkosi to compare with: ${here}, and pip says: ${why}`,
    fix: 'Install mkosi, from backports on an old distribution',
  });
}

async function versionOf(host: Host, command: string): Promise<string | undefined> {
  try {
    const { exitCode, stdout } = await host.run([command, '--version'], { reject: false });
    return exitCode === 0 ? /\d[\w.~+-]*/.exec(stdout)?.[0] : undefined;
  } catch (error) {
    if (error instanceof BakeError && error.code === 'HOST_NOT_READY') return undefined;
    throw error;
  }
}

async function readyMkosi(
  { desk: { host }, payload }: Lab,
  { aptDir }: Ground,
  { command, dir }: { readonly command: string; readonly dir: string },
): Promise<Argv> {
  const { distribution, release, mirror: mirrorId, packages } = payload.mkosi;
  const { spec } = await loadSpec(host, { distro: payload.distro, image: BENCH_IMAGE });
  const mirror = spec.mirrors.find(({ id }) => id === mirrorId)?.bakeUrl;
  for (const name of ['out', 'packages/cache/apt', 'workspace']) await host.files.makeDir(join(dir, name));
  await host.run(['cp', '-al', join(aptDir, 'archives'), join(dir, 'packages/cache/apt')]);
  return [
    ...([command, '--directory', dir, '--distribution', distribution, '--release', release] as const),
    ...(mirror === undefined ? [] : ['--mirror', mirror]),
    ...['--format', 'disk', '--bootable', 'yes', '--with-recommends', 'yes', '--output', 'image', '--output-dir', join(dir, 'out')],
    ...['--package-cache-dir', join(dir, 'packages'), '--workspace-dir', join(dir, 'workspace')],
    ...[...packages, ...payload.full].flatMap((name) => ['--package', name]),
    'build',
  ];
}

function sum(left: Lap, right: Lap): Lap {
  const cpuSeconds = left.cpuSeconds === null || right.cpuSeconds === null ? null : left.cpuSeconds + right.cpuSeconds;
  return { seconds: left.seconds + right.seconds, cpuSeconds };
}
