import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { identify, ownIdentity } from './process-identity.ts';
import { runsDir, writeRunRecord, type RunRecord } from './run-record.ts';

export { sweepDeadRuns } from './sweep-dead-runs.ts';

/** One run's folder, and what ends with it. */
export interface Run {
  readonly id: string;
  /** build/runs/<id>: plan, generated files, logs. Stays after the run, until newer runs push it out. */
  readonly dir: string;
  /** Below `dir`: disks, sockets, mounts. Gone when the run is closed. */
  readonly workDir: string;
  /** Notes a child process, so that the next run ends it should this one be killed. */
  readonly record: (name: string, pid: number) => Promise<void>;
  /** Everything stays, for a person to look at. */
  readonly keep: () => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Opens a run's folder with its owner written in it before anyone can see it, so that a killed run can be told from a live one. */
export async function openRun(host: Host, buildDir: string, purpose: string, imageId: string): Promise<Run> {
  const startedAt = host.clock.now().toISOString();
  const id = `${purpose}-${startedAt.slice(0, 19).replaceAll(/[-:]/g, '').toLowerCase()}-${randomBytes(4).toString('hex')}`;
  const dir = join(runsDir(buildDir), id);
  const record: RunRecord = { kind: 'Run', schemaVersion: 1, id, purpose, imageId, owner: await ownIdentity(host), state: 'running', startedAt };
  await host.files.makeDir(runsDir(buildDir));
  const hiddenDir = await host.files.makeTempDir(runsDir(buildDir), '.new-');
  await writeRunRecord(host, hiddenDir, record);
  for (const name of ['work', 'processes']) await host.files.makeDir(join(hiddenDir, name));
  await host.files.rename(hiddenDir, dir);
  let kept = false;
  return {
    id,
    dir,
    workDir: join(dir, 'work'),
    record: (name, pid) => recordProcess(host, join(dir, 'processes', `${name}.json`), pid),
    keep: async () => {
      kept = true;
      await writeRunRecord(host, dir, { ...record, state: 'kept' });
    },
    close: async () => {
      if (kept) return;
      for (const name of ['work', 'processes']) await host.files.remove(join(dir, name));
      await writeRunRecord(host, dir, { ...record, state: 'ended' });
    },
  };
}

async function recordProcess(host: Host, path: string, pid: number): Promise<void> {
  const identity = await identify(host, pid);
  if (identity !== undefined) await host.files.writeText(path, `${JSON.stringify(identity)}\n`);
}
