import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Say } from '../model/event.ts';
import { endProcess } from './end-process.ts';
import { findProcessesNaming } from './find-processes.ts';
import { isAlive, readOrUndefined, toIdentity, type ProcessIdentity } from './process-identity.ts';
import { listRuns, RUN_ID_IN_NAME, type FoundRun } from './run-record.ts';
import { removeStaleParts } from './stale-parts.ts';
import { unmountBelow } from './unmount-below.ts';

/** Folders of runs that ended well and stay for reading. */
const ENDED_RUNS_KEPT = 10;
const GRACE_MS = 3000;
const UNFINISHED = /\.(?:tmp|partial)$/;
const SWEEP_DEPTH = 3;

/** Clears away what killed runs left: their processes, mounts, folders and half-made files. Live and kept runs are not touched. */
export async function sweepDeadRuns(host: Host, buildDir: string, say: Say, cacheDir = join(buildDir, 'cache')): Promise<void> {
  const runs = await listRuns(host, buildDir);
  const dead = runs.filter(({ live, record }) => !live && record.state === 'running');
  for (const run of dead) await sweepRun(host, run, say);
  for (const { record } of dead) await removeNaming(host, { dir: cacheDir, runId: record.id, depth: SWEEP_DEPTH });
  const ended = runs.filter(({ record }) => record.state === 'ended');
  for (const { dir } of ended.slice(0, Math.max(0, ended.length - ENDED_RUNS_KEPT))) await host.files.remove(dir);
  const live = runs.filter((run) => run.live);
  for (const name of ['cache', 'artifacts']) await sweepUnfinished(host, { dir: join(buildDir, name), live, depth: SWEEP_DEPTH });
  await removeStaleParts(host, join(buildDir, 'cache'));
}

async function sweepRun(host: Host, { dir, record }: FoundRun, say: Say): Promise<void> {
  const processes = await leftoversOf(host, dir);
  const ended = await Promise.all(processes.map((identity) => endProcess(host, identity, GRACE_MS)));
  const unmounted = await unmountBelow(host, dir);
  const whose = `${record.purpose} of ${record.imageId}, which was killed (run ${record.id})`;
  if (ended.includes(false) || !unmounted) {
    say({ type: 'note', message: `Could not end all that is left of the ${whose}: end what uses ${dir} by hand` });
    return;
  }
  if (await host.files.exists(join(dir, 'failure-kit'))) return;
  await host.files.remove(dir);
  say({ type: 'note', message: `Cleared away the ${whose}${processes.length === 0 ? '' : `: ended ${processes.length} process(es)`}` });
}

/** Processes that the run wrote down, and those whose command line names its folder; no others. */
async function leftoversOf(host: Host, dir: string): Promise<readonly ProcessIdentity[]> {
  const processesDir = join(dir, 'processes');
  const recorded = await Promise.all((await host.files.list(processesDir)).map((name) => readIdentity(host, join(processesDir, name))));
  const named = await findProcessesNaming(host, dir);
  const alive = await Promise.all(
    recorded.filter((identity) => identity !== undefined).map(async (identity) => ((await isAlive(host, identity)) ? identity : undefined)),
  );
  const all = [...named, ...alive.filter((identity) => identity !== undefined)];
  return all.filter(({ pid }, at) => all.findIndex((other) => other.pid === pid) === at);
}

async function readIdentity(host: Host, path: string): Promise<ProcessIdentity | undefined> {
  try {
    return toIdentity(JSON.parse((await readOrUndefined(host, path)) ?? 'null'));
  } catch {
    return undefined;
  }
}

/** A cache elsewhere may be shared with build folders that we know nothing of: only what names this very run goes. */
async function removeNaming(host: Host, { dir, runId, depth }: { readonly dir: string; readonly runId: string; readonly depth: number }): Promise<void> {
  for (const name of await host.files.list(dir)) {
    const path = join(dir, name);
    if (UNFINISHED.test(name) && name.includes(runId)) await host.files.remove(path);
    else if (depth > 1 && (await host.files.stat(path))?.kind === 'directory') await removeNaming(host, { dir: path, runId, depth: depth - 1 });
  }
}

interface Sweep {
  readonly dir: string;
  readonly live: readonly FoundRun[];
  readonly depth: number;
}

async function sweepUnfinished(host: Host, { dir, live, depth }: Sweep): Promise<void> {
  for (const name of await host.files.list(dir)) {
    const path = join(dir, name);
    if (UNFINISHED.test(name)) {
      if (isAbandoned(host, name, live) && (await unmountBelow(host, path))) await host.files.remove(path);
    } else if (depth > 1 && (await host.files.stat(path))?.kind === 'directory') await sweepUnfinished(host, { dir: path, live, depth: depth - 1 });
  }
}

/** A name with a run in it belongs to that run; any other may be anyone's, and waits until nobody else is at work. */
function isAbandoned(host: Host, name: string, live: readonly FoundRun[]): boolean {
  if (RUN_ID_IN_NAME.test(name)) return !live.some(({ record }) => name.includes(record.id));
  return live.every(({ record }) => record.owner.pid === host.facts.pid);
}
