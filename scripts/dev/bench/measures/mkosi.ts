import { join } from 'node:path';
import { loadSpec } from '../../../config/load-spec.ts';
import type { Argv } from '../../../host/host.ts';
import { compactArgv } from '../../../tools/qemu-img.ts';
import { BENCH_IMAGE } from '../bench-project.ts';
import type { ColdRuns } from '../cold-runs.ts';
import { findMkosi } from '../find-mkosi.ts';
import type { Ground } from '../ground.ts';
import type { Lab } from '../lab.ts';
import type { Lap, Measured } from '../line.ts';
import { timed } from '../stopwatch.ts';

/** Base and packages together, against mkosi with the same packages: what a first bake costs. Both fetch the base; the payload's archives are there. */
export async function measureMkosi(lab: Lab, ground: Ground, cold: ColdRuns): Promise<Measured> {
  const { host, say } = lab.desk;
  const dir = join(lab.dir, 'mkosi');
  await host.files.makeDir(dir);
  const mirror = await mirrorOf(lab);
  const { command, version } = await findMkosi(host, { dir, mirror, sources: lab.payload.mkosi.sources });
  say({ type: 'note', message: `Base and packages by mkosi ${version}` });
  const argv = await readyMkosi(lab, ground, { command, dir, mirror });
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

/** The mirror that our own bake uses. */
async function mirrorOf({ desk: { host }, payload }: Lab): Promise<string | undefined> {
  const { spec } = await loadSpec(host, { distro: payload.distro, image: BENCH_IMAGE });
  return spec.mirrors.find(({ id }) => id === payload.mkosi.mirror)?.bakeUrl;
}

interface Ready {
  readonly command: Argv;
  readonly dir: string;
  readonly mirror: string | undefined;
}

async function readyMkosi({ desk: { host }, payload }: Lab, { aptDir }: Ground, { command, dir, mirror }: Ready): Promise<Argv> {
  const { distribution, release, packages } = payload.mkosi;
  // mkosi takes its folder for sources to build, and wants its workspace elsewhere.
  for (const name of ['sources', 'out', 'packages/cache/apt', 'workspace']) await host.files.makeDir(join(dir, name));
  await host.run(['cp', '-al', join(aptDir, 'archives'), join(dir, 'packages/cache/apt')]);
  return [
    ...command,
    ...['--directory', join(dir, 'sources'), '--distribution', distribution, '--release', release],
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
