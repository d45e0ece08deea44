import type { HostReport, RequirementState } from '../model/host-report.ts';
import { table } from './table.ts';

/** How far the accelerator was found to work. */
export interface Acceleration {
  readonly accelerator: string;
  readonly reason: string;
}

/** Doctor's page: every requirement with its version, what it is for and how to get it, then the machine itself. `distros` are those that doctor was asked about by name. */
export function hostTable(report: HostReport, acceleration: Acceleration | undefined, distros: readonly string[] = []): string {
  const rows = report.requirements.map((state) => [statusWord(state), state.id, state.version ?? '-', state.purpose, state.remedy]);
  return [
    ...table([['', 'what', 'version', 'for', 'how to get it'], ...rows]),
    '',
    ...machineLines(report, acceleration),
    '',
    ...report.problems.map(({ what, fix }) => `problem: ${what}\n  ${fix}`),
    ...(report.installLine === null
      ? []
      : [`To install what is missing: npm run setup -- ${distros.map((name) => `--distro ${name} `).join('')}--yes, or: ${report.installLine}`]),
    ...(report.ready ? ['Ready to bake.'] : ['Not ready to bake.']),
    '',
  ].join('\n');
}

function statusWord({ status }: RequirementState): string {
  return { present: 'ok', missing: 'MISSING', 'too-old': 'TOO OLD' }[status];
}

function machineLines(report: HostReport, acceleration: Acceleration | undefined): readonly string[] {
  return table([
    [
      'machine',
      `${report.platform} ${report.arch}, ${report.cpus} CPUs, ${report.isRoot ? 'root' : report.hasSudo ? 'not root, sudo there' : 'not root, no sudo'}`,
    ],
    ['memory', `${report.availableMemoryMiB} MiB available of ${report.memoryMiB} MiB`],
    ['disk', `${report.freeDiskMiB} MiB free where the cache lies`],
    ['acceleration', acceleration === undefined ? 'not probed: QEMU is missing' : `${acceleration.accelerator} (${acceleration.reason})`],
  ]);
}
