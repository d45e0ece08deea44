import { join } from 'node:path';
import { canaryOf } from '../checks/secret-scan.ts';
import { BakeError } from '../errors.ts';
import { PLUGINS_FILE } from '../render/packer-template.ts';
import type { RenderedFile } from '../render/payload.ts';
import { ensureQemuPlugin } from '../tools/packer.ts';
import type { DriverJob } from './bake-layer.ts';
import type { Context } from './stage.ts';

const TAIL_LINES = 25;
/** Packer's plugins listen on sockets in here, whose paths may have 107 bytes: reached through the working folder, however deep that is. */
const SCRATCH = 'packer-cache';

export interface PackerBuild {
  readonly job: DriverJob;
  readonly files: readonly RenderedFile[];
}

/** Runs Packer on generated files; its output goes to the layer's log, line by line, and its failure names the step that failed. */
export async function buildWithPacker({ job, files }: PackerBuild, { host, say }: Context): Promise<void> {
  const hclDir = join(job.workDir, 'packer');
  await host.files.makeDir(hclDir);
  await host.files.makeDir(join(job.workDir, SCRATCH));
  for (const { path, text, mode } of files) await host.files.writeUnsynced(join(hclDir, path), text, mode);
  // A program that writes its environment into the image writes this as well, and a check finds it there.
  const planted = { INGOT_CANARY: canaryOf(job.layer.key) };
  const env = { ...planted, CHECKPOINT_DISABLE: '1', PACKER_CACHE_DIR: join(job.workDir, SCRATCH), TMPDIR: `/proc/self/cwd/${SCRATCH}`, PACKER_NO_COLOR: '1' };
  if (files.some(({ path }) => path === PLUGINS_FILE)) await ensureQemuPlugin(host, { hclDir, env: { CHECKPOINT_DISABLE: '1' } });
  const lines: string[] = [];
  const { exitCode } = await host.run(['packer', 'build', '-color=false', hclDir], {
    reject: false,
    contain: true,
    cwd: job.workDir,
    env,
    onLine: (line) => {
      lines.push(line);
      say({ type: 'progress', stage: job.layer.name, message: withoutPrefix(line) });
    },
  });
  await host.files.writeUnsynced(job.logPath, `${lines.join('\n')}\n`);
  if (exitCode !== 0) throw layerFailed(job, lines);
  if (!(await host.files.exists(job.partialPath))) {
    throw new BakeError('BAKE_FAILED', { what: `Packer reported success for the layer ${job.layer.name} and wrote no disk`, fix: `Read ${job.logPath}` });
  }
}

function layerFailed({ layer, logPath }: DriverJob, lines: readonly string[]): BakeError {
  const said = lines.map(withoutPrefix);
  const step = said.find((line) => line.startsWith('ingot: '))?.slice('ingot: '.length);
  return new BakeError('BAKE_FAILED', {
    what: `The layer ${layer.name} could not be baked${step === undefined ? '' : `: ${step}`}`,
    fix: `Read ${logPath}; layers below it are kept, and the same command resumes at this one`,
    details: said.filter((line) => line.trim() !== '').slice(-TAIL_LINES),
  });
}

/** `==> null.layer: text` and `    null.layer: text` become `text`. */
function withoutPrefix(line: string): string {
  return line.replace(/^(?:==>| {3})? *(?:[\w.-]+\.)?(?:null|qemu)\.layer: ?/, '');
}
