import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { showSealedDisk } from '../../scripts/checks/sealed-disk.ts';

const script = showSealedDisk({ diskPath: `/disks/it's, here.qcow2`, diskFormat: 'qcow2', offsetBytes: 134_217_728, sizeBytes: 21_339_553_280 });

describe('showSealedDisk', () => {
  test('is a script that bash can read, whatever the path of the disk', () => {
    expect(() => execFileSync('bash', ['-n'], { input: script })).not.toThrow();
    expect(script).toContain(`"filename":"/disks/it'\\''s, here.qcow2"`);
  });

  test('is read-only at every level: file, format, export, mount', () => {
    expect(script.match(/"read-only":true/g)).toHaveLength(2);
    expect(script).toContain('writable=off');
    expect(script).toContain('loop,ro,nosuid,nodev,noexec,offset=134217728,sizelimit=21339553280');
  });

  test('replays no journal: a replay would write', () => {
    expect(script).toContain('ingot_replay=noload');
    expect(script).toContain('ingot_replay=norecovery');
  });
});
