import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { budgetNumbers, guestBudgetProbes, sealedBudgetProbes } from '../../scripts/checks/budget-probes.ts';
import type { ProbeResult } from '../../scripts/checks/probe-results.ts';

const result = (stdout: string, exitCode = 0): ProbeResult => ({ exitCode, stdout, stderr: '', seconds: 0, timedOut: false });

/** A disk with two packages, one of them removed, and one setuid file. */
function disk(): string {
  const root = mkdtempSync(join(tmpdir(), 'ingot-budget-'));
  mkdirSync(join(root, 'var/lib/dpkg'), { recursive: true });
  writeFileSync(join(root, 'var/lib/dpkg/status'), 'Package: a\nStatus: install ok installed\n\nPackage: b\nStatus: deinstall ok config-files\n');
  writeFileSync(join(root, 'su'), '', { mode: 0o755 });
  execFileSync('chmod', ['4755', join(root, 'su')]);
  return root;
}

describe('probes of a budget', () => {
  test('only what is limited is measured', () => {
    expect(sealedBudgetProbes({ packages: 1 }).map(({ name }) => name)).toEqual(['budget packages']);
    expect(guestBudgetProbes({ packages: 1 })).toEqual([]);
    expect(guestBudgetProbes(undefined)).toEqual([]);
  });

  test('the disk’s are counted on the disk', () => {
    const ROOT = disk();
    const counted = sealedBudgetProbes({ packages: 1, setuidFiles: 1 }).map(({ run }) =>
      execFileSync('bash', ['-c', run], { env: { ...process.env, ROOT } }).toString(),
    );
    expect(counted).toEqual(['1\n', '1\n']);
  });

  test('those of a disk with rpm by its path, from a copy that can be written to', () => {
    const ROOT = mkdtempSync(join(tmpdir(), 'ingot-budget-'));
    mkdirSync(join(ROOT, 'var/lib/rpm'), { recursive: true });
    writeFileSync(join(ROOT, 'var/lib/rpm/rpmdb.sqlite'), 'a\nb\nc\n');
    const rpm = 'rpm() { [[ $1 == --dbpath && $2 != "$ROOT"/* ]] && cat "$2/rpmdb.sqlite"; }';
    const [probe] = sealedBudgetProbes({ packages: 1 });
    const INGOT_SCRATCH = mkdtempSync(join(tmpdir(), 'ingot-budget-'));
    expect(execFileSync('bash', ['-c', `${rpm}\n${probe?.run}`], { env: { ...process.env, ROOT, INGOT_SCRATCH } }).toString()).toBe('3\n');
  });

  test('the memory of a running machine is a number of MiB', () => {
    const [probe] = guestBudgetProbes({ memoryAtRestMiB: 1 });
    expect(Number(execFileSync('bash', ['-c', probe?.run ?? '']).toString())).toBeGreaterThan(10);
  });

  test('numbers are read back by the names that were asked; anything else has measured nothing', () => {
    const asked = sealedBudgetProbes({ packages: 1, setuidFiles: 1 });
    const results = new Map([
      ['budget packages', result('412\n')],
      ['budget setuidFiles', result('9\n', 1)],
      ['budget listeningSockets', result('ss: command not found\n')],
      ['budget diskMiB', result('1\n')],
      ['nginx.health first-boot', result('7\n')],
    ]);
    expect(budgetNumbers(asked, results)).toEqual({ packages: 412 });
  });
});
