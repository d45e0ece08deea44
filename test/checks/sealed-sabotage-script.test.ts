import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { sealedSabotageScript } from '../../scripts/checks/sealed-sabotage-script.ts';

const script = sealedSabotageScript({
  ...{
    nonce: 'n',
    timeoutSeconds: 20,
    lanes: 2,
    env: {},
    diskPath: '/disks/d.qcow2',
    diskFormat: 'qcow2',
    offsetBytes: 1024,
    sizeBytes: 4096,
    otherPartitions: [],
  },
  sabotages: [
    { name: 'base.one', saboteur: `echo "it's" >"$ROOT/etc/one"`, probe: 'test ! -e "$ROOT/etc/one"' },
    { name: 'base.two', saboteur: 'rm "$ROOT/etc/two"', probe: 'test -e "$ROOT/etc/two"' },
    { name: 'base.three', saboteur: 'true', probe: 'true' },
  ],
});
const frame = (name: string): string => Buffer.from(name).toString('base64');

describe('sealedSabotageScript', () => {
  test('is a script that bash can read', () => {
    expect(() => execFileSync('bash', ['-n'], { input: script })).not.toThrow();
  });

  test('asks before and after each saboteur, in as many lanes as it may', () => {
    const calls = script.split('\n').filter((line) => line.startsWith('ingot_sabotage '));
    expect(calls.map((line) => line.split(' ').slice(1, 4))).toEqual(
      ['base.one', 'base.three', 'base.two'].map((name) => [`${name} before`, `${name} saboteur`, `${name} after`].map(frame)),
    );
    expect(script.match(/ingot_lanes\+=\(\$!\)/g)).toHaveLength(2);
  });

  test('the disk itself is not written to, also where no file is: there is a layer on it', () => {
    expect(script).toContain(`qemu-img create -q -f qcow2 -b '/disks/d.qcow2'`);
    expect(script).toMatch(/^write_free\(\) \{$/m);
  });

  test('the host is read-only before anything is broken', () => {
    expect(script.indexOf('mount -o remount,bind,ro')).toBeGreaterThan(script.indexOf('loop,ro,'));
    expect(script.indexOf('mount -o remount,bind,ro')).toBeLessThan(script.indexOf('\ningot_sabotage '));
  });
});
