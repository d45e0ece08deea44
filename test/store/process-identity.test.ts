import { spawn } from 'node:child_process';
import { expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { identify, isAlive, ownIdentity, toIdentity } from '../../scripts/store/process-identity.ts';
import { fakeHost } from '../support/fake-host.ts';

const host = fakeHost([], { pid: process.pid });

test('a process is itself, and no longer when it has ended', async () => {
  const child = spawn('cat');
  const identity = await identify(host, child.pid ?? 0);
  if (identity === undefined) throw new Error('the child runs');
  expect(await isAlive(host, identity)).toBe(true);
  expect(await isAlive(host, { ...identity, startTime: `${Number(identity.startTime) + 1}` })).toBe(false);
  expect(await isAlive(host, { ...identity, bootId: 'other' })).toBe(false);
  child.kill('SIGKILL');
  await new Promise((resolve) => child.once('close', resolve));
  expect(await isAlive(host, identity)).toBe(false);
});

test.each([
  ['a name with blanks and parentheses', 'S', { pid: 5, startTime: '777' }],
  ['a zombie', 'Z', undefined],
])('%s in /proc/<pid>/stat', async (_, state, expected) => {
  const line = `5 (a) b (c) ${state} 1 ${Array.from({ length: 17 }, () => 0).join(' ')} 777 0 0`;
  const proc: Host = { ...host, files: { ...host.files, readText: (path) => Promise.resolve(path.endsWith('stat') ? line : 'boot\n') } };
  expect(await identify(proc, 5)).toEqual(expected === undefined ? undefined : { ...expected, bootId: 'boot' });
});

test.each([null, 1, {}, { pid: 0, startTime: '1', bootId: 'x' }, { pid: 1.5, startTime: '1', bootId: 'x' }, { pid: 1, startTime: 1, bootId: 'x' }])(
  '%j is no identity',
  (value) => {
    expect(toIdentity(value)).toBeUndefined();
  },
);

test('our own identity can be written down and read back', async () => {
  const own = await ownIdentity(host);
  expect(toIdentity(JSON.parse(JSON.stringify({ ...own, purpose: 'x' })))).toEqual(own);
});
