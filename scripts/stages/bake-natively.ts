import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { renderPacker } from '../render/packer-template.ts';
import { buildWithPacker } from './build-with-packer.ts';
import type { DriverJob } from './bake-layer.ts';
import { loadTemplates } from './load-templates.ts';
import type { Context } from './stage.ts';

/** Bakes a layer in a chroot of its disk, at full CPU speed; Packer's null source runs the script. */
export async function bakeNatively(job: DriverJob, context: Context): Promise<void> {
  const { host } = context;
  const aptCacheDir = join(job.workDir, 'apt');
  const keptDir = join(job.workspace.cacheDir, 'apt', job.spec.distro.id);
  const usesPackages = job.layer.name === 'packages' && job.spec.distro.family === 'debian';
  if (usesPackages) await takePackageCache(host, keptDir, aptCacheDir);
  const layer = { name: job.layer.name, parentPath: job.parentPath, outputPath: job.partialPath, payloadDir: job.payloadDir, workDir: job.workDir };
  const environment = { DISK_MIB: String(job.plan.output.virtualSizeMiB), ...(usesPackages ? { APT_CACHE_DIR: aptCacheDir } : {}) };
  const scriptPath = join(host.facts.projectDir, 'packer/native-layer.sh');
  const files = renderPacker({ driver: 'native', plan: job.plan, templates: await loadTemplates(host), scriptPath, layers: [{ ...layer, environment }] });
  await buildWithPacker({ job, files }, context);
  if (usesPackages) await givePackageCache(host, aptCacheDir, keptDir);
}

/** Hard links: a bake has the archives for itself, so that two can run at once, and none is copied. */
async function takePackageCache(host: Host, keptDir: string, dir: string): Promise<void> {
  for (const part of ['archives', 'lists']) {
    await host.files.makeDir(join(keptDir, part));
    await host.files.makeDir(join(dir, part, 'partial'));
    await linkAll(host, join(keptDir, part), join(dir, part));
  }
}

async function givePackageCache(host: Host, dir: string, keptDir: string): Promise<void> {
  await linkAll(host, join(dir, 'archives'), join(keptDir, 'archives'));
  await host.files.remove(join(keptDir, 'lists'));
  await host.files.makeDir(join(keptDir, 'lists'));
  await linkAll(host, join(dir, 'lists'), join(keptDir, 'lists'));
}

async function linkAll({ files }: Host, fromDir: string, toDir: string): Promise<void> {
  const there = new Set(await files.list(toDir));
  const names = (await files.list(fromDir)).filter((name) => name !== 'partial' && name !== 'lock' && name !== 'auxfiles' && !there.has(name));
  for (const name of names) await linkUnlessThere(files, join(fromDir, name), join(toDir, name));
}

/** Another bake of the same distro gives and takes at the same time. */
async function linkUnlessThere(files: Host['files'], from: string, to: string): Promise<void> {
  try {
    await files.link(from, to);
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && (error.code === 'EEXIST' || error.code === 'ENOENT'))) throw error;
  }
}
