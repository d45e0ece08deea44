import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { GUEST_FACTS, guestCollector, settledMark } from '../../scripts/checks/guest-collector.ts';
import { parseProbeResults } from '../../scripts/checks/probe-results.ts';

const request = {
  nonce: 'n',
  timeoutSeconds: 5,
  settleSeconds: 30,
  lanes: 2,
  env: {},
  facts: [{ name: 'rest', run: 'echo resting' }],
  probes: [{ name: 'web.x first-boot', run: 'echo probed' }],
};

/** A guest whose services end booting as they do here: with these exit statuses. */
function collect(systemctlStatus: number): string {
  const bin = mkdtempSync(join(tmpdir(), 'ingot-guest-'));
  writeFileSync(join(bin, 'systemctl'), `#!/bin/sh\necho degraded\nexit ${systemctlStatus}\n`, { mode: 0o755 });
  return execFileSync('bash', ['-s'], { input: guestCollector(request), env: { PATH: `${bin}:${process.env['PATH'] ?? ''}` } }).toString();
}

describe('guestCollector', () => {
  test('waits for the boot to end, says so, then probes', () => {
    const output = collect(0);
    const lines = output.trim().split('\n');
    expect(lines[2]).toBe(settledMark('n'));
    const results = parseProbeResults(output, request);
    expect([...results.keys()]).toEqual([GUEST_FACTS.systemState, 'rest', 'web.x first-boot']);
    expect(results.get('web.x first-boot')?.stdout).toBe('probed\n');
  });

  test('a boot that ended degraded is probed all the same', () => {
    expect(parseProbeResults(collect(1), request).get('web.x first-boot')?.exitCode).toBe(0);
  });
});
