import { join } from 'node:path';
import type { StageTime } from '../../model/artifact.ts';
import type { Lab } from './lab.ts';
import { writePeerAccess } from './package-access.ts';

export interface ChrootPeer {
  readonly steps: readonly StageTime[];
  /** `name version architecture` of what it installed; empty after a download. */
  readonly packages: readonly string[];
}

export interface ChrootWish {
  readonly basePath: string;
  /** archives/ and lists/. */
  readonly aptDir: string;
  /** Its scratch folder; the disk is left in it. */
  readonly workDir: string;
  readonly downloadOnly?: boolean;
}

/** Readies everything that is not the peer's own work; the function that comes back is what is timed. */
export async function readyChrootPeer(lab: Lab, { basePath, aptDir, workDir, downloadOnly = false }: ChrootWish): Promise<() => Promise<ChrootPeer>> {
  const { host } = lab.desk;
  const paths = { access: join(workDir, 'access'), packages: join(workDir, 'packages.list') };
  await writePeerAccess(lab, paths.access, 'chroot');
  await host.files.writeUnsynced(paths.packages, `${lab.payload.full.join('\n')}\n`);
  for (const part of ['archives', 'lists']) await host.files.makeDir(join(aptDir, part, 'partial'));
  const env = {
    ...{ BASE: basePath, OUTPUT: join(workDir, 'disk.qcow2'), WORK_DIR: workDir, PACKAGES: paths.packages, ACCESS_DIR: paths.access, APT_DIR: aptDir },
    ...(downloadOnly ? { DOWNLOAD_ONLY: '1' } : {}),
  };
  return async () => {
    await host.run(['bash', join(import.meta.dirname, 'peers/native-chroot.sh')], { contain: true, env });
    return { steps: await stepsOf(lab, workDir), packages: await linesOf(lab, join(workDir, 'packages.txt')) };
  };
}

async function stepsOf(lab: Lab, workDir: string): Promise<readonly StageTime[]> {
  return (await linesOf(lab, join(workDir, 'steps.tsv'))).map((line) => {
    const [name = '', seconds = ''] = line.split('\t');
    return { name, seconds: Number(seconds) };
  });
}

async function linesOf({ desk }: Lab, path: string): Promise<readonly string[]> {
  if (!(await desk.host.files.exists(path))) return [];
  return (await desk.host.files.readText(path)).split('\n').filter((line) => line !== '');
}
