import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import type { Event } from '../../scripts/model/event.ts';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { openRun, sweepDeadRuns } from '../../scripts/store/run-registry.ts';
import { ownIdentity } from '../../scripts/store/process-identity.ts';
import { fakeHost } from '../support/fake-host.ts';

const children: ChildProcess[] = [];
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});

/** The real machine, in a folder of its own. */
function machine(): { readonly host: Host; readonly buildDir: string } {
  const { dir } = fakeHost();
  return { host: localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} }), buildDir: join(dir, 'build') };
}

async function deadOwner(host: Host): Promise<Record<string, unknown>> {
  return { ...(await ownIdentity(host)), startTime: '1' };
}

/** Makes a run look as if its process had been killed. */
async function killed(host: Host, dir: string): Promise<void> {
  const path = join(dir, 'run.json');
  const record = JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>;
  writeFileSync(path, JSON.stringify({ ...record, owner: await deadOwner(host) }));
}

function sleeper(argument: string): { readonly pid: number; readonly ended: Promise<NodeJS.Signals | null> } {
  const child = spawn('bash', ['-c', 'read -r line', argument]);
  children.push(child);
  return { pid: child.pid ?? 0, ended: new Promise((resolve) => child.once('exit', (_, signal) => resolve(signal))) };
}

const isRunning = (pid: number): boolean => existsSync(`/proc/${pid}`) && !readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');

describe('openRun', () => {
  test('a run shows its owner from the first moment, and leaves no working folder when it is closed', async () => {
    const { host, buildDir } = machine();
    const run = await openRun(host, buildDir, 'bake', 'img');
    expect(JSON.parse(readFileSync(join(run.dir, 'run.json'), 'utf8'))).toMatchObject({
      kind: 'Run',
      id: run.id,
      state: 'running',
      imageId: 'img',
      owner: { pid: process.pid },
    });
    writeFileSync(join(run.workDir, 'disk'), 'x');
    writeFileSync(join(run.dir, 'plan.json'), '{}');
    await run.close();
    expect(readdirSync(run.dir)).toEqual(['plan.json', 'run.json']);
  });

  test('a kept run stays as it is', async () => {
    const { host, buildDir } = machine();
    const run = await openRun(host, buildDir, 'bake', 'img');
    writeFileSync(join(run.workDir, 'disk'), 'x');
    await run.keep();
    await run.close();
    await killed(host, run.dir);
    await sweepDeadRuns(host, buildDir, () => undefined);
    expect(existsSync(join(run.workDir, 'disk'))).toBe(true);
  });
});

describe('sweepDeadRuns', () => {
  test('removes the run of a dead process and says so; a live run stays', async () => {
    const { host, buildDir } = machine();
    const dead = await openRun(host, buildDir, 'bake', 'img');
    const live = await openRun(host, buildDir, 'bake', 'other');
    await killed(host, dead.dir);
    const notes: Event[] = [];
    await sweepDeadRuns(host, buildDir, (event) => notes.push(event));
    expect(readdirSync(join(buildDir, 'runs'))).toEqual([live.id]);
    expect(notes).toEqual([{ type: 'note', message: expect.stringContaining(dead.id) }]);
  });

  test('in a cache elsewhere, which others may use too, removes what names the dead run and nothing else', async () => {
    const { host, buildDir } = machine();
    const cacheDir = join(buildDir, '../elsewhere');
    mkdirSync(join(cacheDir, 'disks'), { recursive: true });
    const dead = await openRun(host, buildDir, 'bake', 'img');
    const names = [`.k.${dead.id}.partial`, '.k.bake-20261122t000000-0a0b0c0d.partial', `k.${dead.id}.qcow2`];
    for (const name of names) writeFileSync(join(cacheDir, 'disks', name), '');
    await killed(host, dead.dir);
    await sweepDeadRuns(host, buildDir, () => undefined, cacheDir);
    expect(readdirSync(join(cacheDir, 'disks')).toSorted()).toEqual(names.slice(1).toSorted());
  });

  test('keeps the failure kit of a dead run', async () => {
    const { host, buildDir } = machine();
    const dead = await openRun(host, buildDir, 'bake', 'img');
    mkdirSync(join(dead.dir, 'failure-kit'));
    await killed(host, dead.dir);
    await sweepDeadRuns(host, buildDir, () => undefined);
    expect(existsSync(dead.dir)).toBe(true);
  });

  test('ends the processes that a dead run wrote down or that name its folder, and no other', async () => {
    const { host, buildDir } = machine();
    const dead = await openRun(host, buildDir, 'bake', 'img');
    const recorded = sleeper('nothing to see');
    await dead.record('helper', recorded.pid);
    const named = sleeper(`--drive=file=${dead.dir}/work/disk,if=none`);
    const similar = sleeper(`${dead.dir}0/work/disk`);
    const elsewhere = sleeper(`/mnt${dead.dir}/work/disk`);
    await killed(host, dead.dir);
    await sweepDeadRuns(host, buildDir, () => undefined);
    await Promise.all([recorded.ended, named.ended]);
    expect([recorded, named, similar, elsewhere].map(({ pid }) => isRunning(pid))).toEqual([false, false, true, true]);
    expect(existsSync(dead.dir)).toBe(false);
  });

  test('a recorded pid that another process has by now is left alone', async () => {
    const { host, buildDir } = machine();
    const dead = await openRun(host, buildDir, 'bake', 'img');
    const stranger = sleeper('stranger');
    await dead.record('helper', stranger.pid);
    const path = join(dead.dir, 'processes', 'helper.json');
    writeFileSync(path, JSON.stringify({ ...(JSON.parse(readFileSync(path, 'utf8')) as object), startTime: '1' }));
    writeFileSync(join(dead.dir, 'processes', 'torn.json'), '{"pid":');
    await killed(host, dead.dir);
    await sweepDeadRuns(host, buildDir, () => undefined);
    expect(isRunning(stranger.pid)).toBe(true);
  });

  test('removes half-made files of dead runs and of nobody, but never those of a live run', async () => {
    const { host, buildDir } = machine();
    const dead = await openRun(host, buildDir, 'bake', 'img');
    const live = await openRun(host, buildDir, 'bake', 'img');
    await killed(host, dead.dir);
    const disksDir = join(buildDir, 'cache', 'disks');
    mkdirSync(disksDir, { recursive: true });
    const names = [`.k.${dead.id}.partial`, `.k.${live.id}.partial`, '.abc.tmp', 'k.qcow2'];
    for (const name of names) writeFileSync(join(disksDir, name), '');
    await sweepDeadRuns(host, buildDir, () => undefined);
    expect(readdirSync(disksDir)).toEqual([`.k.${live.id}.partial`, 'k.qcow2'].toSorted());
  });

  test('while another process is at work, half-made files that name no run are left alone', async () => {
    const { host, buildDir } = machine();
    const other = sleeper('another bake');
    const run = await openRun({ ...host, facts: { ...host.facts, pid: other.pid } }, buildDir, 'bake', 'img');
    mkdirSync(join(buildDir, 'artifacts'), { recursive: true });
    writeFileSync(join(buildDir, 'artifacts', '.abc.tmp'), '');
    await sweepDeadRuns(host, buildDir, () => undefined);
    expect(existsSync(join(buildDir, 'artifacts', '.abc.tmp'))).toBe(true);
    expect(existsSync(run.dir)).toBe(true);
  });

  test('a download that was cut short stays, to be gone on with; one that nobody went on with for a week goes', async () => {
    const { host, buildDir } = machine();
    const releasesDir = join(buildDir, 'cache/releases');
    mkdirSync(releasesDir, { recursive: true });
    const parts = ['sha256-new.qcow2.part', 'sha256-old.qcow2.part', 'sha256-old.qcow2.part.headers'].map((name) => join(releasesDir, name));
    for (const path of parts) writeFileSync(path, 'what came so far');
    const eightDaysAgo = new Date(Date.now() - 8 * 24 * 60 * 60 * 1000);
    for (const path of parts.slice(1)) utimesSync(path, eightDaysAgo, eightDaysAgo);
    await openRun(host, buildDir, 'bake', 'img');
    await sweepDeadRuns(host, buildDir, () => undefined);
    expect(readdirSync(releasesDir)).toEqual(['sha256-new.qcow2.part']);
  });

  test('of runs that ended well the newest ten stay', async () => {
    const { host, buildDir } = machine();
    for (let at = 0; at < 12; at += 1) await (await openRun(host, buildDir, 'bake', 'img')).close();
    await sweepDeadRuns(host, buildDir, () => undefined);
    expect(readdirSync(join(buildDir, 'runs'))).toHaveLength(10);
  });
});
