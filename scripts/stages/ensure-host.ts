import { BakeError } from '../errors.ts';
import type { Distro } from '../model/distro.ts';
import type { HostReport, Need } from '../model/host-report.ts';
import { hostProblems, lackingByPackage, packagesToInstall } from '../plan/host-report.ts';
import { needsOf } from '../plan/host-requirements.ts';
import { inspectHost } from './inspect-host.ts';
import { installHostPackages } from './install-host-packages.ts';
import { runStage, type Desk } from './stage.ts';

export interface HostWish {
  /** Whose whole way is needed. */
  readonly driver?: 'auto' | 'native' | 'vm';
  /** Instead of a driver: exactly these. */
  readonly needs?: readonly Need[];
  /** Distros whose packages this host will check. */
  readonly distros?: readonly Distro[];
  /** True: permission to install was given on the command line. */
  readonly yes: boolean;
  /** Asks at a terminal; undefined when nobody is there. */
  readonly ask?: ((question: string) => Promise<boolean>) | undefined;
  /** True: only packages are the matter; a problem that no package solves is reported, not refused. */
  readonly onlyPackages?: boolean;
  /** Where the cache lies or will lie. Default: the project. */
  readonly dir?: string;
}

/** Makes sure that the host has what is needed before anything else is touched: installs it when allowed, else says exactly how. */
export async function ensureHost(desk: Desk, wish: HostWish): Promise<HostReport> {
  const report = await inspect(desk, wish);
  if (suffices(report, wish)) return report;
  if (report.installCommands === null || !packagesWouldDo(report, wish) || !(await isAllowed(report, wish))) throw notReady(report);
  await runStage(desk, installHostPackages, { commands: report.installCommands, attended: wish.ask !== undefined, lacking: lackingByPackage(report) });
  const after = await inspect(desk, wish);
  if (!suffices(after, wish)) throw notReady(after);
  return after;
}

function inspect({ host }: Desk, { driver, needs, distros, dir }: HostWish): Promise<HostReport> {
  const question = { needs: needs ?? needsOf(driver ?? 'auto', host.facts.isRoot), distros };
  return inspectHost(host, { ...question, dir: dir ?? host.facts.projectDir, versions: 'needed' });
}

function suffices({ ready, requirements }: HostReport, { onlyPackages }: HostWish): boolean {
  return onlyPackages === true ? requirements.every(({ status }) => status === 'present') : ready;
}

/** Installing is pointless while something stands in the way that no package brings. */
function packagesWouldDo({ problems, requirements }: HostReport, { onlyPackages }: HostWish): boolean {
  return (
    (problems.length === 0 || onlyPackages === true) && requirements.every((requirement) => requirement.status === 'present' || requirement.package !== null)
  );
}

async function isAllowed(report: HostReport, { yes, ask }: HostWish): Promise<boolean> {
  if (yes) return true;
  return ask !== undefined && (await ask(`This host lacks ${packagesToInstall(report.requirements).join(', ')}. Install them now?`));
}

/** The refusal that doctor, setup and a bake share: everything that is lacking, and the command that brings it. */
export function notReady(report: HostReport): BakeError {
  const details = hostProblems(report);
  const [problem] = report.problems;
  const onlyProblems = report.requirements.every(({ status }) => status === 'present');
  return new BakeError(onlyProblems ? (problem?.code ?? 'HOST_NOT_READY') : 'HOST_NOT_READY', {
    what: `This host is not ready: ${details.length === 1 ? 'one thing stands' : `${details.length} things stand`} in the way`,
    details,
    fix:
      report.installLine === null
        ? (problem?.fix ?? 'Put right what the lines above name; `npm run doctor` shows all of it')
        : `Give --yes to have it installed, or run: ${report.installLine}`,
  });
}
