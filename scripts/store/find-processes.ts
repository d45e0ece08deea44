import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { identify, processStatus, readOrUndefined, type ProcessIdentity } from './process-identity.ts';

const NAME_CHARACTER = /[A-Za-z0-9._-]/;

/** Processes whose command line names this folder or something in it; never ourselves, nor those that we run under. */
export async function findProcessesNaming(host: Host, dir: string): Promise<readonly ProcessIdentity[]> {
  const spared = await ownLine(host);
  const pids = (await host.files.list('/proc')).filter((name) => /^\d+$/.test(name)).map(Number);
  const found = await Promise.all(
    pids
      .filter((pid) => !spared.has(pid))
      .map(async (pid) => {
        const commandLine = await readOrUndefined(host, join('/proc', String(pid), 'cmdline'));
        return commandLine !== undefined && names(commandLine, dir) ? identify(host, pid) : undefined;
      }),
  );
  return found.filter((identity) => identity !== undefined);
}

/** Whole path parts only: /runs/bake-1 does not name /runs/bake-10, nor /old/runs/bake-1. */
function names(commandLine: string, dir: string): boolean {
  for (let at = commandLine.indexOf(dir); at !== -1; at = commandLine.indexOf(dir, at + 1)) {
    if (!NAME_CHARACTER.test(commandLine.charAt(at - 1)) && !NAME_CHARACTER.test(commandLine.charAt(at + dir.length))) return true;
  }
  return false;
}

async function ownLine(host: Host): Promise<ReadonlySet<number>> {
  const line = new Set<number>();
  for (let pid = host.facts.pid; pid > 0 && !line.has(pid); pid = (await processStatus(host, pid))?.parentPid ?? 0) line.add(pid);
  return line;
}
