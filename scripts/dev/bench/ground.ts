import { basename, dirname, join } from 'node:path';
import { bakeBase } from './bake-once.ts';
import { readyChrootPeer } from './chroot-peer.ts';
import type { Lab } from './lab.ts';
import type { Lap } from './line.ts';
import { timed } from './stopwatch.ts';

/** What every run starts from: the base in the layer cache and the payload's archives in the package cache, and no layer. */
export interface Ground {
  readonly basePath: string;
  readonly baseLap: Lap;
  readonly aptDir: string;
  /** A build folder of its own on this ground, by hard links. */
  readonly copyTo: (buildDir: string) => Promise<void>;
}

/** Makes the base by the product's own code, once for all, and fetches the payload's archives without installing them. */
export async function layGround(lab: Lab): Promise<Ground> {
  const { host, say } = lab.desk;
  const buildDir = join(lab.dir, 'ground');
  const base = await timed(host, () => bakeBase(lab, buildDir));
  // Where the product looks for what an earlier bake has fetched.
  const aptDir = join(buildDir, 'cache/apt', lab.payload.distro);
  say({ type: 'note', message: 'Fetching the archives of the payload' });
  const workDir = join(lab.dir, 'fetch');
  const fetch = await readyChrootPeer(lab, { basePath: base.value, aptDir, workDir, downloadOnly: true });
  await fetch();
  await host.files.remove(workDir);
  return {
    basePath: base.value,
    baseLap: base,
    aptDir,
    copyTo: async (copyDir) => {
      await host.files.makeDir(copyDir);
      await host.run(['cp', '-al', join(buildDir, 'cache'), copyDir]);
    },
  };
}

/** A copy of the ground's package cache, for a peer that may change it. */
export async function copyAptDir({ desk }: Lab, { aptDir }: Ground, copyDir: string): Promise<string> {
  await desk.host.files.makeDir(dirname(copyDir));
  await desk.host.run(['cp', '-al', aptDir, copyDir]);
  return join(dirname(copyDir), basename(copyDir));
}
