import { mkdir, mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { loadSpec } from '../../../scripts/config/load-spec.ts';
import { localHost } from '../../../scripts/host/local-host.ts';
import { planBuild } from '../../../scripts/plan/build-plan.ts';
import { digestOf } from '../../../scripts/plan/digest.ts';
import { bakeStack } from '../../../scripts/stages/bake-stack.ts';
import { finishDisk } from '../../../scripts/stages/finish-disk.ts';
import { hostAptSettings } from '../../../scripts/stages/package-access.ts';
import { resolvePackageIndexes } from '../../../scripts/stages/resolve-package-indexes.ts';
import { runStage } from '../../../scripts/stages/stage.ts';
import { openDiskCache } from '../../../scripts/store/disk-cache.ts';
import { PROJECT_DIR } from '../../boot/support/ingot.ts';

/** Bakes one role in a chroot, without verifying it, into folders of its own: for comparing it with what a VM made of the same plan. */
export async function bakeNatively(role: string, dir: string): Promise<string> {
  const host = localHost({ interrupted: new AbortController().signal, projectDir: PROJECT_DIR, env: process.env });
  const desk = { host, say: () => undefined };
  const cacheDir = join(dir, 'cache');
  await mkdir(cacheDir, { recursive: true });
  const runDir = await mkdtemp(join(dir, 'run-'));
  const { spec, texts } = await loadSpec(host, { distro: 'debian', role });
  const { indexDigests } = await runStage(desk, resolvePackageIndexes, { spec, texts, workDir: runDir });
  const bootstrapScript = await host.files.digest(join(PROJECT_DIR, 'packer/bootstrap-disk.sh'));
  const facts = { driver: 'native', accelerator: 'tcg', packerVersion: '1.6.6', indexDigests, bootstrapScript, cpus: 2, memoryMiB: 4096 } as const;
  const plan = planBuild(spec, facts, { base: 'auto', specDigest: digestOf(spec) });
  const workspace = { projectDir: PROJECT_DIR, buildDir: dir, cacheDir, runDir, logDir: runDir, runId: 'native' };
  const stack = await bakeStack(desk, {
    spec,
    texts,
    plan,
    cache: openDiskCache(host, cacheDir, 'native'),
    workspace,
    hostAptDump: await hostAptSettings(host),
    fresh: false,
  });
  const artifact = await runStage(desk, finishDisk, { ...stack, spec, plan, workspace, artifactDir: join(dir, 'artifact'), stageTimes: () => [] });
  return artifact.diskPath;
}
