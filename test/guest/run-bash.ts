import { spawnSync } from 'node:child_process';
import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export const PROJECT = join(import.meta.dirname, '../..');
export const LIBRARY = join(PROJECT, 'packer/lib');

export interface Said {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs shell with the guest library loaded, in a scratch folder: functions are tested as the guest runs them. */
export function withLibrary(shell: string, env: Readonly<Record<string, string>> = {}, dir: string = scratchDir()): Said {
  return bash(`. "$INGOT_LIB/load.sh"\n${shell}`, { INGOT_LIB: LIBRARY, INGOT_FAMILY: 'debian', ...env }, dir);
}

export function bash(shell: string, env: Readonly<Record<string, string>>, dir: string): Said {
  const { status, stdout, stderr } = spawnSync('bash', ['--norc', '-euo', 'pipefail', '-c', shell], {
    cwd: dir,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { PATH: process.env['PATH'] ?? '', LC_ALL: 'C.UTF-8', ...env },
  });
  return { status, stdout, stderr };
}

export function scratchDir(): string {
  return mkdtempSync(join(tmpdir(), 'ingot-guest-'));
}
