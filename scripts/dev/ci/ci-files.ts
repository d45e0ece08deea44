import { listTargets } from '../../config/list-targets.ts';
import type { Host } from '../../host/host.ts';
import { renderCiFiles } from '../../render/ci-files.ts';
import type { RenderedFile } from '../../render/payload.ts';
import { loadTemplates } from '../../stages/load-templates.ts';

/** The files of every kind of CI, from the configuration as it is now: what is checked in must be these. */
export async function ciFiles(host: Host): Promise<readonly RenderedFile[]> {
  const targets = await listTargets(host);
  const matrix = { images: targets.filter(({ state }) => state === 'ready'), distros: [...new Set(targets.map(({ distro }) => distro))] };
  return renderCiFiles(matrix, await loadTemplates(host, ['ci']));
}
