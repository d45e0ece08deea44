import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { parseProbeResults } from '../../scripts/checks/probe-results.ts';
import { probeCalls, probeFunctions } from '../../scripts/checks/probe-script.ts';
import { showSealedDisk, showThrowAwayLayer } from '../../scripts/checks/sealed-disk.ts';

const disk = {
  diskPath: `/disks/it's, here.qcow2`,
  diskFormat: 'qcow2',
  offsetBytes: 134_217_728,
  sizeBytes: 21_339_553_280,
  otherPartitions: [{ number: 2, offsetBytes: 1_048_576, sizeBytes: 1_073_741_824, linux: true }],
} as const;
const script = showSealedDisk(disk);

describe('showSealedDisk', () => {
  test('is a script that bash can read, whatever the path of the disk', () => {
    expect(() => execFileSync('bash', ['-n'], { input: script })).not.toThrow();
    expect(script).toContain(`"filename":"/disks/it'\\''s, here.qcow2"`);
  });

  test('is read-only at every level: file, format, partition, export, mount', () => {
    expect(script.match(/"read-only":true/g)).toHaveLength(2);
    expect(script).toContain('node-name=partition,file=disk,offset=134217728,size=21339553280,read-only=on');
    expect(script).toContain('writable=off');
    expect(script).toContain('loop,ro,nosuid,nodev,noexec,');
  });

  test('replays no journal: a replay would write', () => {
    expect(script).toContain('more=noload');
    expect(script).toContain('more=norecovery');
  });
});

describe.each([
  ['showSealedDisk', script],
  ['showThrowAwayLayer', showThrowAwayLayer(disk)],
])('%s', (_name, shown) => {
  test('what a probe prints is told by the place on the disk, not by the place on this host, in short and in long', () => {
    const tidy = shown.split('\n').find((line) => line.startsWith('ingot_tidy()')) ?? '';
    const runner = probeFunctions({ nonce: 'n', timeoutSeconds: 20, env: { ROOT: '/tmp/tmp.a/root' } });
    const long = 'for i in {1..400}; do echo "$ROOT/etc/$i"; done';
    const calls = probeCalls([
      { name: 'short', run: 'echo "$ROOT/etc/passwd is odd"; echo "$ROOT: no" >&2' },
      { name: 'long', run: long },
    ]);
    const results = parseProbeResults(execFileSync('bash', { input: `${runner}${tidy}\n${calls}`, encoding: 'utf8' }), { nonce: 'n', timeoutSeconds: 20 });
    expect(results.get('short')).toMatchObject({ stdout: '$ROOT/etc/passwd is odd\n', stderr: '$ROOT: no\n' });
    expect(results.get('long')?.stdout).toMatch(/^(?:\$ROOT\/etc\/\d+\n){400}$/);
  });
});

describe('showThrowAwayLayer', () => {
  const layer = showThrowAwayLayer(disk);

  test('is a script that bash can read, whatever the path of the disk', () => {
    expect(() => execFileSync('bash', ['-n'], { input: layer })).not.toThrow();
  });

  test('opens for writing only a layer in the scratch folder, and mounts it as read-only as the disk itself', () => {
    expect(layer).toContain(`qemu-img create -q -f qcow2 -b '/disks/it'\\''s, here.qcow2' -F qcow2 "$ingot_disk"`);
    expect(layer.match(/--blockdev .*--blockdev .*/g)).toEqual([
      '--blockdev "driver=file,node-name=file,filename=${ingot_disk//,/,,}" --blockdev driver=qcow2,node-name=disk,file=file \\',
    ]);
    expect(layer).toContain('ingot_disk=$ingot_scratch/layer.qcow2');
    expect(layer).toContain('offset=134217728,size=21339553280,read-only=off');
    expect(layer).toContain('loop,ro,nosuid,nodev,noexec,');
  });

  test('both tell the probes which file is looked into', () => {
    expect(script).toContain(`ingot_disk='/disks/it'\\''s, here.qcow2' ingot_format=qcow2`);
    expect(layer).toContain('ingot_format=qcow2');
    for (const one of [script, layer]) expect(one).toContain('ingot_offset=134217728');
  });
});
