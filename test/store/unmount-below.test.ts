import { expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { unmountBelow } from '../../scripts/store/unmount-below.ts';
import { fakeHost } from '../support/fake-host.ts';

const LINE = (point: string): string => `36 35 98:0 /root ${point} rw,noatime master:1 - ext4 /dev/x rw`;

function hostWithMounts(points: readonly string[], stays: readonly string[] = []): Host & { readonly commands: string[] } {
  const mounted = new Set(points);
  const unmount = (argv: readonly string[]): void => void (stays.includes(argv.at(-1) ?? '') || mounted.delete((argv.at(-1) ?? '').replaceAll(' ', '\\040')));
  const host = fakeHost([
    { command: 'umount', effect: unmount },
    { command: 'fusermount3', effect: unmount },
  ]);
  return { ...host, files: { ...host.files, readText: () => Promise.resolve([...mounted].map(LINE).join('\n')) } };
}

test('unmounts what is at or below the path, last mounted first, and nothing beside it', async () => {
  const host = hostWithMounts(['/', '/run/a', '/run/a/root', '/run/a/root/a\\040b', '/run/ab', '/run']);
  expect(await unmountBelow(host, '/run/a')).toBe(true);
  expect(host.commands).toEqual(['umount --lazy -- /run/a/root/a b', 'umount --lazy -- /run/a/root', 'umount --lazy -- /run/a']);
});

test('says when a mount stayed, so that nobody removes the folder', async () => {
  expect(await unmountBelow(hostWithMounts(['/run/a'], ['/run/a']), '/run/a')).toBe(false);
});

test('runs no command where nothing is mounted', async () => {
  const host = hostWithMounts(['/']);
  expect(await unmountBelow(host, '/run/a')).toBe(true);
  expect(host.commands).toEqual([]);
});
