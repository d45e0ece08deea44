import { isAbsolute, join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { HostReport, HostState, PackageManager } from '../model/host-report.ts';
import { hostReport, type Finding, type HostQuestion } from '../plan/host-report.ts';
import { requirementsOf, type HostRequirement } from '../plan/host-requirements.ts';

export interface Inspection extends HostQuestion {
  /** Where the cache lies or will lie: its disk is measured. */
  readonly dir: string;
  /** `needed`: only versions that decide something, which keeps the start of a bake short. */
  readonly versions: 'all' | 'needed';
}

// A user's PATH often lacks the folders of the programs that disks are made with.
const SYSTEM_DIRS = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];
const VERSION_TIMEOUT_MS = 15_000;
const VERSION = /\d+(?:\.\d+)+/;
const MIB = 2 ** 20;

/** Finds out what this host has, all at once, by looking before it runs anything. */
export async function inspectHost(host: Host, { needs, distros, dir, versions }: Inspection): Promise<HostReport> {
  const wanted = requirementsOf(needs, distros);
  const [findings, state] = await Promise.all([Promise.all(wanted.map((requirement) => find(host, requirement, versions))), stateOf(host, dir)]);
  return hostReport({ needs, distros }, findings, state);
}

async function find(host: Host, requirement: HostRequirement, versions: Inspection['versions']): Promise<Finding> {
  const path = await firstPath(host, requirement.anyOf);
  const asked = path !== undefined && requirement.versionArgs !== undefined && (versions === 'all' || requirement.minimum !== undefined);
  return { id: requirement.id, path, version: asked ? await versionOf(host, path, requirement.versionArgs) : undefined };
}

async function firstPath(host: Host, names: readonly string[]): Promise<string | undefined> {
  const fromPath = (host.facts.env['PATH'] ?? '').split(':').filter(isAbsolute);
  const dirs = [...new Set([...fromPath, ...SYSTEM_DIRS])];
  const candidates = names.flatMap((name) => (isAbsolute(name) ? [name] : dirs.map((dir) => join(dir, name))));
  const found = await Promise.all(candidates.map((candidate) => host.files.exists(candidate)));
  return candidates[found.indexOf(true)];
}

async function versionOf(host: Host, path: string, args: readonly string[]): Promise<string | undefined> {
  try {
    const { stdout, stderr } = await host.run([path, ...args], { reject: false, timeoutMs: VERSION_TIMEOUT_MS });
    return VERSION.exec(`${stdout}\n${stderr}`)?.[0];
  } catch {
    host.interrupted.throwIfAborted();
    // A dangling link, a script without its interpreter: there, but of no known version.
    return undefined;
  }
}

async function stateOf(host: Host, dir: string): Promise<HostState> {
  const { platform, arch, cpus, memoryMiB, isRoot } = host.facts;
  const [sudo, packageManager, freeBytes, availableMemoryMiB] = await Promise.all([
    firstPath(host, ['sudo']),
    packageManagerOf(host),
    freeBytesOf(host, dir),
    availableMemoryOf(host),
  ]);
  return { platform, arch, cpus, memoryMiB, isRoot, packageManager, hasSudo: sudo !== undefined, availableMemoryMiB, freeDiskMiB: Math.floor(freeBytes / MIB) };
}

async function packageManagerOf(host: Host): Promise<PackageManager | null> {
  if ((await firstPath(host, ['apt-get'])) !== undefined) return 'apt';
  return (await firstPath(host, ['dnf'])) === undefined ? null : 'dnf';
}

/** Measures the nearest folder that exists already. */
async function freeBytesOf(host: Host, dir: string): Promise<number> {
  for (let at = dir; at !== '/'; at = join(at, '..')) {
    if ((await host.files.stat(at)) !== undefined) return host.files.freeBytes(at);
  }
  return host.files.freeBytes('/');
}

async function availableMemoryOf(host: Host): Promise<number> {
  if (!(await host.files.exists('/proc/meminfo'))) return host.facts.memoryMiB;
  const kib = /^MemAvailable:\s+(\d+) kB$/m.exec(await host.files.readText('/proc/meminfo'))?.[1];
  return kib === undefined ? host.facts.memoryMiB : Math.floor(Number(kib) / 1024);
}
