import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fetchGraders } from '../../scripts/stages/fetch-graders.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';

const keyring = join(fakeHost().dir, 'os.gpg');
writeFileSync(keyring, 'keys');
const source = { url: 'http://mirror.example/os', suite: 'next', keyring, packages: ['judge'] };

/** apt that brings one package, and dpkg-deb that unpacks it. */
function host(update: Omit<Answer, 'command'> = {}) {
  return fakeHost([
    { command: /^apt-get .* update$/, ...update },
    { command: /^apt-get .* download judge$/, effect: (_argv, { cwd = '' }) => writeFileSync(join(cwd, 'judge_1%3a2.0-1_all.deb'), '') },
    { command: 'dpkg-deb -x', effect: (argv) => void mkdirSync(join(argv.at(-1) ?? '', 'usr/bin'), { recursive: true }) },
  ]);
}

test('packages are unpacked into the cache, and found there the next time', async () => {
  const machine = host();
  const wish = { source, cacheDir: machine.dir, fresh: false };
  const first = await fetchGraders.run(wish, contextOf(machine));
  expect(first.versions).toEqual(['judge 1:2.0-1']);
  expect(await machine.files.exists(join(first.dir, 'usr/bin'))).toBe(true);
  const asked = machine.commands.length;
  expect(await fetchGraders.run(wish, contextOf({ ...machine, clock: { ...machine.clock, now: () => new Date() } }))).toEqual(first);
  expect(machine.commands.length).toBe(asked);
});

test('--fresh asks again', async () => {
  const machine = host();
  await fetchGraders.run({ source, cacheDir: machine.dir, fresh: true }, contextOf(machine));
  const asked = machine.commands.length;
  await fetchGraders.run({ source, cacheDir: machine.dir, fresh: true }, contextOf(machine));
  expect(machine.commands.length).toBe(2 * asked);
});

test('without a network, what to do about it; nothing half done stays', async () => {
  const machine = host({ exitCode: 100, stderr: 'Could not resolve mirror.example' });
  await expect(fetchGraders.run({ source, cacheDir: machine.dir, fresh: false }, contextOf(machine))).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  expect((await machine.files.list(join(machine.dir, 'graders'))).filter((name) => !name.startsWith('.'))).toEqual([]);
});

test('without the keys of who signs them, which are missing and how they come here, before anybody is asked', async () => {
  const machine = host();
  const wish = { source: { ...source, keyring: '/keys/none.gpg' }, cacheDir: machine.dir, fresh: false };
  await expect(fetchGraders.run(wish, contextOf(machine))).rejects.toMatchObject({
    ...{ code: 'HOST_NOT_READY', what: expect.stringContaining('/keys/none.gpg') as string, fix: expect.stringContaining('copy the file') as string },
  });
  expect(machine.commands).toEqual([]);
});
