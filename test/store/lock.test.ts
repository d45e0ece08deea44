import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../scripts/model/event.ts';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { withLock } from '../../scripts/store/lock.ts';
import { ownIdentity } from '../../scripts/store/process-identity.ts';
import { fakeHost } from '../support/fake-host.ts';

const here = (): ReturnType<typeof fakeHost> => fakeHost([], { pid: process.pid });

async function deadPid(): Promise<number> {
  const child = spawn('true');
  await new Promise((resolve) => child.once('close', resolve));
  return child.pid ?? 0;
}

async function plant(host: Host, path: string, change: Record<string, unknown>): Promise<void> {
  const text = JSON.stringify({ kind: 'Lock', ...(await ownIdentity(host)), purpose: 'bake x', since: '2026-11-22T00:00:00.000Z', ...change });
  writeFileSync(path, `${text}\n`);
}

/** Everything beside a lock that belongs to it. */
function traces(path: string): readonly string[] {
  return readdirSync(dirname(path)).filter((name) => name.startsWith(basename(path)));
}

describe('withLock', () => {
  test('holds pid, start time, boot id and purpose while work runs, and nothing afterwards', async () => {
    const host = here();
    const path = join(host.dir, 'sub', 'store.lock');
    const seen = await withLock(host, path, { purpose: 'publish x' }, () => Promise.resolve(JSON.parse(readFileSync(path, 'utf8')) as Record<string, unknown>));
    expect(seen).toMatchObject({ ...(await ownIdentity(host)), purpose: 'publish x' });
    expect(traces(path)).toEqual([]);
  });

  test('is released when work fails, and the failure is the one that is seen', async () => {
    const host = here();
    const path = join(host.dir, 'a.lock');
    await expect(withLock(host, path, { purpose: 'x' }, () => Promise.reject(new Error('no')))).rejects.toThrow('no');
    expect(traces(path)).toEqual([]);
  });

  test('a live holder is BUSY, named with pid, purpose and since when, and keeps its lock', async () => {
    const host = here();
    const path = join(host.dir, 'a.lock');
    await plant(host, path, {});
    const before = readFileSync(path, 'utf8');
    const error = await withLock(host, path, { purpose: 'y' }, () => Promise.resolve()).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: 'BUSY', what: expect.stringContaining(`process ${process.pid}, bake x, since 2026-11-22T00:00`) });
    expect(readFileSync(path, 'utf8')).toBe(before);
    expect(traces(path)).toEqual(['a.lock']);
  });

  test.each([
    ['a dead process', async () => ({ pid: await deadPid() })],
    ['a pid that another process has by now', () => Promise.resolve({ startTime: '1' })],
    ['a process of an earlier boot', () => Promise.resolve({ bootId: '00000000-0000-0000-0000-000000000000' })],
    ['a pid that is no number', () => Promise.resolve({ pid: '-1; reboot' })],
  ])('the lock of %s is broken, and that is said', async (_, change) => {
    const host = here();
    const path = join(host.dir, 'a.lock');
    await plant(host, path, await change());
    const notes: Event[] = [];
    expect(await withLock(host, path, { purpose: 'y', say: (event) => notes.push(event) }, () => Promise.resolve('mine'))).toBe('mine');
    expect(notes).toEqual([{ type: 'note', message: expect.stringContaining('Broke the lock') }]);
    expect(traces(path)).toEqual([]);
  });

  test.each(['', 'not json', 'null', '[]', '{"pid":'])('a lock that cannot be read (%j) is broken', async (text) => {
    const host = here();
    const path = join(host.dir, 'a.lock');
    writeFileSync(path, text);
    expect(await withLock(host, path, { purpose: 'y' }, () => Promise.resolve('mine'))).toBe('mine');
  });

  test('a dead breaker does not leave the lock unbreakable', async () => {
    const host = here();
    const path = join(host.dir, 'a.lock');
    await plant(host, path, { startTime: '1' });
    // The first breaker dies when it is about to remove the lock: its claim stays, held by a process that is gone.
    const dying: Host = {
      ...host,
      facts: { ...host.facts, pid: await deadPid() },
      files: {
        ...host.files,
        rename: () => Promise.reject(new Error('killed')),
        remove: async (target) => (target.endsWith('.claim') ? undefined : host.files.remove(target)),
      },
    };
    await expect(withLock(dying, path, { purpose: 'dying' }, () => Promise.resolve())).rejects.toThrow('killed');
    expect(traces(path).some((name) => name.endsWith('.claim'))).toBe(true);
    expect(await withLock(host, path, { purpose: 'y' }, () => Promise.resolve('mine'))).toBe('mine');
    expect(traces(path)).toEqual([]);
  });

  test('a breaker that stops half-way and lives on makes others BUSY instead of hanging them', async () => {
    const host = here();
    const path = join(host.dir, 'a.lock');
    await plant(host, path, { startTime: '1' });
    const stuck: Host = {
      ...host,
      files: {
        ...host.files,
        rename: () => Promise.reject(new Error('stuck')),
        remove: async (target) => (target.endsWith('.claim') ? undefined : host.files.remove(target)),
      },
    };
    await expect(withLock(stuck, path, { purpose: 'stuck' }, () => Promise.resolve())).rejects.toThrow('stuck');
    await expect(withLock(host, path, { purpose: 'y' }, () => Promise.resolve())).rejects.toMatchObject({ code: 'BUSY' });
  });

  test('a breaker that was overtaken between judging and breaking leaves the lock that was taken since', async () => {
    const host = here();
    const path = join(host.dir, 'a.lock');
    await plant(host, path, { startTime: '1' });
    const inside = Promise.withResolvers<void>();
    const leave = Promise.withResolvers<void>();
    let overtaker: Promise<void> | undefined;
    const overtake = async (target: string, text: string): Promise<boolean> => {
      if (target.includes('.claim') && overtaker === undefined) {
        overtaker = withLock(host, path, { purpose: 'overtaker' }, () => (inside.resolve(), leave.promise));
        await inside.promise;
      }
      return host.files.createExclusive(target, text);
    };
    const slow: Host = { ...host, files: { ...host.files, createExclusive: overtake } };
    await expect(withLock(slow, path, { purpose: 'slow' }, () => Promise.resolve())).rejects.toMatchObject({
      code: 'BUSY',
      what: expect.stringContaining('overtaker'),
    });
    leave.resolve();
    await overtaker;
    expect(traces(path)).toEqual([]);
  });

  test('of many breakers of one stale lock never two are inside at once', async () => {
    const host = localHost({ interrupted: new AbortController().signal, projectDir: '/nowhere', env: {} });
    const { dir } = here();
    for (let round = 0; round < 8; round += 1) {
      const path = join(dir, `${round}.lock`);
      await plant(host, path, { startTime: '1' });
      let inside = 0;
      let most = 0;
      const work = async (): Promise<void> => {
        most = Math.max(most, (inside += 1));
        await new Promise((resolve) => setImmediate(resolve));
        inside -= 1;
      };
      await Promise.all(Array.from({ length: 8 }, () => withLock(host, path, { purpose: 'race', waitMs: 60_000 }, work)));
      expect(most).toBe(1);
      expect(traces(path)).toEqual([]);
    }
  });

  test('breakers in processes of their own: every one gets in, one at a time', async () => {
    const { dir } = here();
    const path = join(dir, 'many.lock');
    const logPath = join(dir, 'log');
    writeFileSync(logPath, '');
    await plant(here(), path, { startTime: '1' });
    const program = `
      import { appendFileSync } from 'node:fs';
      import { localHost } from ${JSON.stringify(join(process.cwd(), 'scripts/host/local-host.ts'))};
      import { withLock } from ${JSON.stringify(join(process.cwd(), 'scripts/store/lock.ts'))};
      const host = localHost({ interrupted: new AbortController().signal, projectDir: '/nowhere', env: {} });
      await withLock(host, ${JSON.stringify(path)}, { purpose: 'race', waitMs: 60000 }, async () => {
        appendFileSync(${JSON.stringify(logPath)}, 'in ');
        await new Promise((resolve) => setImmediate(resolve));
        appendFileSync(${JSON.stringify(logPath)}, 'out ');
      });`;
    const runs = Array.from({ length: 6 }, () => {
      const child = spawn(process.execPath, ['--input-type=module', '-e', program], { stdio: 'inherit' });
      return new Promise((resolve) => child.once('close', resolve));
    });
    expect(await Promise.all(runs)).toEqual([0, 0, 0, 0, 0, 0]);
    expect(readFileSync(logPath, 'utf8')).toBe('in out '.repeat(6));
    expect(traces(path)).toEqual([]);
  });
});
