import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import { isAlive, readOrUndefined, toIdentity, type ProcessIdentity } from './process-identity.ts';

/** `running` until it is closed; `kept` when a person is to look at what it left. */
export type RunState = 'running' | 'ended' | 'kept';

/** What is known of one run from its folder alone, also after its process was killed. */
export interface RunRecord {
  readonly kind: 'Run';
  readonly schemaVersion: 1;
  readonly id: string;
  readonly purpose: string;
  readonly imageId: string;
  readonly owner: ProcessIdentity;
  readonly state: RunState;
  readonly startedAt: string;
}

export interface FoundRun {
  readonly dir: string;
  readonly record: RunRecord;
  /** Its process still runs, so nothing of it may be touched. */
  readonly live: boolean;
}

/** Every run id has this form, so that a temporary name tells which run it is of. */
export const RUN_ID_IN_NAME = /[a-z]+-\d{8}t\d{6}-[0-9a-f]{8}/;

export function runsDir(buildDir: string): string {
  return join(buildDir, 'runs');
}

export async function writeRunRecord(host: Host, dir: string, record: RunRecord): Promise<void> {
  await host.files.writeText(join(dir, 'run.json'), `${JSON.stringify(record, undefined, 2)}\n`);
}

/** All runs of a build folder, oldest first; folders that hold no readable record are not runs. */
export async function listRuns(host: Host, buildDir: string): Promise<readonly FoundRun[]> {
  const dir = runsDir(buildDir);
  const found = await Promise.all((await host.files.list(dir)).map((name) => readRun(host, join(dir, name))));
  return found.filter((run) => run !== undefined).toSorted((a, b) => (a.record.startedAt < b.record.startedAt ? -1 : 1));
}

async function readRun(host: Host, dir: string): Promise<FoundRun | undefined> {
  const record = toRecord(await readOrUndefined(host, join(dir, 'run.json')));
  return record === undefined ? undefined : { dir, record, live: record.state === 'running' && (await isAlive(host, record.owner)) };
}

function toRecord(text: string | undefined): RunRecord | undefined {
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text) as RunRecord;
    return record.kind === 'Run' && toIdentity(record.owner) !== undefined && typeof record.startedAt === 'string' ? record : undefined;
  } catch {
    return undefined;
  }
}
