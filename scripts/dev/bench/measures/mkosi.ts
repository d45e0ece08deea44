import { join } from 'node:path';
import { loadSpec } from '../../../config/load-spec.ts';
import type { Argv } from '../../../host/host.ts';
import type { ImageSpec } from '../../../model/image-spec.ts';
import { sourcesList } from '../../../plan/package-access.ts';
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
  const { spec } = await loadSpec(host, { distro: lab.payload.distro, image: BENCH_IMAGE });
  const mirror = spec.mirrors.find(({ id }) => id === lab.payload.mkosi.mirror)?.bakeUrl;
  const { command, version } = await findMkosi(host, { dir, mirror, sources: lab.payload.mkosi.sources });
  say({ type: 'note', message: `Base and packages by mkosi ${version}` });
  const argv = await readyMkosi(lab, ground, { command, version, dir, spec });
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

/** The version that gave the option for a package manager's settings another name. */
const RENAMED_IN = 25;

interface Ready {
  readonly command: Argv;
  readonly version: string;
  readonly dir: string;
  readonly spec: ImageSpec;
}

async function readyMkosi({ desk: { host }, payload }: Lab, { aptDir }: Ground, { command, version, dir, spec }: Ready): Promise<Argv> {
  const { distribution, release, packages } = payload.mkosi;
  // mkosi takes its folder for sources to build, and wants its workspace elsewhere.
  for (const name of ['sources', 'out', 'packages/cache/apt', 'workspace', 'settings/etc/apt/sources.list.d']) await host.files.makeDir(join(dir, name));
  // Ours, and none of its own: those would be other packages, and one of them, of debugging symbols, is on no mirror.
  await host.files.writeText(join(dir, 'settings/etc/apt/sources.list'), sourcesList(spec, 'bakeUrl'));
  await host.files.writeText(join(dir, 'settings/etc/apt/sources.list.d/mkosi.sources'), '');
  await host.run(['cp', '-al', join(aptDir, 'archives'), join(dir, 'packages/cache/apt')]);
  return [
    ...command,
    ...['--directory', join(dir, 'sources'), '--distribution', distribution, '--release', release],
    ...[Number.parseInt(version, 10) < RENAMED_IN ? '--package-manager-tree' : '--sandbox-tree', join(dir, 'settings')],
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
