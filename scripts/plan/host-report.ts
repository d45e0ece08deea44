import type { Distro } from '../model/distro.ts';
import type { HostProblem, HostReport, HostState, Need, PackageManager, RequirementState } from '../model/host-report.ts';
import { compareDotted } from '../model/dotted-version.ts';
import { HOST_MINIMUM, requirementsOf, type HostRequirement } from './host-requirements.ts';

/** What was found of one requirement: where, and in which version as far as anyone asked. */
export interface Finding {
  readonly id: string;
  readonly path: string | undefined;
  readonly version: string | undefined;
}

/** What a piece of work asks of a host. */
export interface HostQuestion {
  readonly needs: readonly Need[];
  /** Distros that it is about. */
  readonly distros?: readonly Distro[] | undefined;
}

/** Weighs what was found against what is needed: the one judgement behind doctor, setup and the start of a bake. */
export function hostReport({ needs, distros }: HostQuestion, findings: readonly Finding[], state: HostState): HostReport {
  const requirements = requirementsOf(needs, distros).map((requirement) =>
    stateOf(
      requirement,
      findings.find(({ id }) => id === requirement.id),
      state.packageManager,
    ),
  );
  const packages = packagesToInstall(requirements);
  const problems = problemsOf(needs, state);
  const installCommands = packages.length === 0 ? null : commandsFor(packages, state);
  const installLine = installCommands?.map((command) => command.join(' ')).join(' && ') ?? null;
  const ready = problems.length === 0 && requirements.every(({ status }) => status === 'present');
  return { kind: 'HostReport', schemaVersion: 1, ...state, requirements, problems, installCommands, installLine, ready };
}

/** The packages that would bring what is missing or too old, each once. */
export function packagesToInstall(requirements: readonly RequirementState[]): readonly string[] {
  return [...new Set(requirements.flatMap((state) => (state.status === 'present' || state.package === null ? [] : [state.package])))].toSorted();
}

/** What each package would bring, a line each: for a package manager that does not have one. */
export function lackingByPackage({ requirements }: HostReport): ReadonlyMap<string, readonly string[]> {
  const lacking = requirements.filter(({ status }) => status !== 'present');
  return new Map(packagesToInstall(lacking).map((name) => [name, lacking.filter((state) => state.package === name).map(lackingLine)]));
}

/** Everything that stands between this host and the work, a line each. */
export function hostProblems({ requirements, problems }: HostReport): readonly string[] {
  return [...requirements.filter(({ status }) => status !== 'present').map(lackingLine), ...problems.map(({ what, fix }) => `${what}: ${fix}`)];
}

function lackingLine({ id, status, version, purpose, remedy }: RequirementState): string {
  return `${id} ${status === 'missing' ? 'is missing' : `${version} is too old`} (${purpose}): ${remedy}`;
}

function stateOf(requirement: HostRequirement, finding: Finding | undefined, packageManager: PackageManager | null): RequirementState {
  const { id, purpose, needs, minimum } = requirement;
  const status = finding?.path === undefined ? 'missing' : isOlder(finding.version, minimum) ? 'too-old' : 'present';
  const name = (packageManager === null ? undefined : requirement.packages[packageManager]) ?? null;
  const base = { id, status, purpose, needs, version: finding?.version ?? null, minimum: minimum ?? null, path: finding?.path ?? null, package: name } as const;
  return { ...base, remedy: status === 'present' ? '' : remedyOf(requirement, name, status === 'too-old') };
}

function remedyOf({ id, minimum, otherwise }: HostRequirement, name: string | null, isOld: boolean): string {
  if (name === null && otherwise !== undefined) return otherwise;
  const wanted = isOld ? `, ${minimum} or newer` : '';
  return `${name === null ? `install ${id}` : `package ${name}`}${wanted}${otherwise === undefined ? '' : `, or ${otherwise}`}`;
}

/** True when a version is known and below the minimum: what does not say its version gets the benefit of the doubt. */
function isOlder(version: string | undefined, minimum: string | undefined): boolean {
  if (version === undefined || minimum === undefined) return false;
  return compareDotted(version, minimum) < 0;
}

interface Hurdle extends HostProblem {
  readonly applies: boolean;
}

function problemsOf(needs: readonly Need[], state: HostState): readonly HostProblem[] {
  const { platform, arch, freeDiskMiB, availableMemoryMiB, isRoot } = state;
  const { freeDiskMiB: disk, availableMemoryMiB: memory } = HOST_MINIMUM;
  const needsAny = (...some: readonly Need[]): boolean => some.some((need) => needs.includes(need));
  const hurdles: readonly Hurdle[] = [
    {
      applies: platform !== 'linux',
      code: 'HOST_NOT_READY',
      what: `Images are baked and booted on Linux; this is ${platform}`,
      fix: 'Use a Linux machine or VM',
    },
    {
      applies: needsAny('native', 'verify') && !isRoot,
      code: 'HOST_NOT_READY',
      what: 'Looking into a disk needs root',
      fix: 'Run the same command as root: sudo env "PATH=$PATH" npm run …',
    },
    {
      applies: needsAny('native') && arch !== 'x64',
      code: 'HOST_NOT_READY',
      what: `The native driver bakes x86_64 images on x86_64 only; this is ${arch}`,
      fix: 'Use --driver vm',
    },
    {
      applies: needsAny('bake') && freeDiskMiB < disk,
      code: 'NO_SPACE',
      what: `Only ${freeDiskMiB} MiB are free where the cache lies; a bake needs ${disk}`,
      fix: 'Free some space (npm run prune), or put the cache elsewhere with --cache DIR',
    },
    {
      applies: needsAny('boot') && availableMemoryMiB < memory,
      code: 'HOST_NOT_READY',
      what: `Only ${availableMemoryMiB} MiB of memory are available; booting an image needs ${memory}`,
      fix: 'End what uses the memory, or use a larger machine',
    },
  ];
  return hurdles.filter(({ applies }) => applies).map(({ code, what, fix }) => ({ code, what, fix }));
}

function commandsFor(packages: readonly string[], { packageManager, isRoot, hasSudo }: HostState): readonly (readonly string[])[] | null {
  if (packageManager === null) return null;
  const asRoot = isRoot ? [] : hasSudo ? ['sudo'] : null;
  if (asRoot === null) return null;
  if (packageManager === 'dnf') return [[...asRoot, 'dnf', 'install', '-y', '--setopt=install_weak_deps=False', ...packages]];
  const apt = [...asRoot, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'DPkg::Lock::Timeout=120'];
  return [
    [...apt, 'update'],
    [...apt, 'install', '-y', '--no-install-recommends', ...packages],
  ];
}
