import type { Distro } from '../model/distro.ts';
import type { HostReport } from '../model/host-report.ts';
import { needsOf } from '../plan/host-requirements.ts';
import { detectAccelerator } from '../tools/accelerator.ts';
import { inspectHost } from './inspect-host.ts';
import type { Desk } from './stage.ts';

export interface HostExamination {
  readonly report: HostReport;
  /** Undefined when there is no QEMU to probe it with. */
  readonly acceleration: { readonly accelerator: string; readonly reason: string } | undefined;
}

/** Looks at everything, also at what takes a moment: every version, and whether acceleration really runs a guest. */
export async function examineHost(
  { host }: Desk,
  { driver, dir, distros }: { readonly driver: 'auto' | 'native' | 'vm'; readonly dir: string; readonly distros: readonly Distro[] },
): Promise<HostExamination> {
  const report = await inspectHost(host, { needs: needsOf(driver, host.facts.isRoot), distros, dir, versions: 'all' });
  const hasQemu = report.requirements.some(({ id, status }) => id === 'qemu-system-x86_64' && status !== 'missing');
  return { report, acceleration: hasQemu ? await detectAccelerator(host, 'auto') : undefined };
}
