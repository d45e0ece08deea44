import { expect, test } from 'vitest';
import { sealedCollector } from '../../scripts/checks/sealed-collector.ts';

test('shows the disk, then asks', () => {
  const disk = { diskPath: '/d.qcow2', diskFormat: 'qcow2', offsetBytes: 1024, sizeBytes: 4096, otherPartitions: [] } as const;
  const script = sealedCollector({
    nonce: 'n',
    timeoutSeconds: 20,
    lanes: 2,
    env: {},
    probes: [{ name: 'base.os sealed', run: 'cat "$ROOT/etc/os-release"' }],
    ...disk,
  });
  expect(script.indexOf('mount -o "loop,ro')).toBeGreaterThan(0);
  expect(script.indexOf('cat "$ROOT/etc/os-release"')).toBeGreaterThan(script.indexOf('mount -o "loop,ro'));
});
