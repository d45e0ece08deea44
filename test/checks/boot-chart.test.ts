import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BOOT_CHART_PROBE, bootChart } from '../../scripts/checks/boot-chart.ts';

const MANAGER = 'UserspaceTimestampMonotonic=8000000\nFinishTimestampMonotonic=60000000\n';
const unit = (id: string, from: number, up: number): string => `Id=${id}\nInactiveExitTimestampMonotonic=${from}\nActiveEnterTimestampMonotonic=${up}\n`;

/** A service manager that answers as the real one does: its own properties, then a block a unit. */
function chartOf(units: readonly string[]) {
  const bin = mkdtempSync(join(tmpdir(), 'ingot-chart-'));
  writeFileSync(join(bin, 'units'), units.join('\n'));
  const text = `#!/bin/sh\ncase $* in *"*"*) cat "${bin}/units" ;; *) printf '${MANAGER.replaceAll('\n', '\\n')}' ;; esac\n`;
  writeFileSync(join(bin, 'systemctl'), text, { mode: 0o755 });
  const stdout = execFileSync('bash', ['-c', BOOT_CHART_PROBE.run], { env: { ...process.env, PATH: `${bin}:${process.env['PATH'] ?? ''}` } }).toString();
  return bootChart(new Map([[BOOT_CHART_PROBE.name, { exitCode: 0, stdout, stderr: '', seconds: 0, timedOut: false }]]));
}

test('a boot is its units in the order in which they began; what took no time has no bar', () => {
  const chart = chartOf([unit('web.service', 20_000_000, 25_500_000), unit('quick.service', 9_000_000, 9_010_000), unit('disk.mount', 10_000_000, 12_000_000)]);
  expect(chart).toEqual({
    userspaceSeconds: 8,
    finishedSeconds: 60,
    units: [
      { name: 'disk.mount', startSeconds: 10, seconds: 2 },
      { name: 'web.service', startSeconds: 20, seconds: 5.5 },
    ],
  });
});

test('units that never came up, or came after the boot, are not part of it', () => {
  expect(chartOf([unit('off.service', 0, 0), unit('a.service', 9e6, 11e6), unit('timer.service', 90e6, 95e6)])?.units.map(({ name }) => name)).toEqual([
    'a.service',
  ]);
});

test('only the longest are shown', () => {
  const many = Array.from({ length: 40 }, (_, at) => unit(`u${at}.service`, 10e6 + at, 11e6 + at * 1e5));
  const shown = chartOf(many)?.units ?? [];
  expect(shown).toHaveLength(18);
  expect(shown.at(-1)?.name).toBe('u39.service');
});

test('a machine that says nothing of use has no chart', () => {
  expect(bootChart(new Map())).toBeUndefined();
});
