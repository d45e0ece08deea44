import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Child, RunResult } from '../../scripts/host/host.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { waitForVm, type VmToAwait } from '../../scripts/stages/wait-for-vm.ts';
import type { VmRecord } from '../../scripts/store/vm-folders.ts';
import { fakeHost } from '../support/fake-host.ts';

const record = { loginUser: 'debian', accelerator: 'tcg', forwards: [{ host: 40_022, guest: 22 }] } as unknown as VmRecord;
const RUNS: Child = { pid: 1, ended: new Promise(() => undefined), kill: () => undefined };

interface Guest {
  /** Exit status and output of each login in turn; the last one stays. */
  readonly logins?: readonly (readonly [number, string?])[];
  readonly serial?: string;
  readonly child?: Child;
  readonly keyPath?: string | undefined;
  readonly startedTogether?: number;
}

function wait({ logins = [[0]], serial = '', child = RUNS, keyPath = '/key', startedTogether = 1 }: Guest): {
  readonly done: Promise<void>;
  readonly commands: string[];
  readonly slept: number[];
} {
  const host = fakeHost();
  const serialPath = join(host.dir, 'serial.log');
  writeFileSync(serialPath, serial);
  writeFileSync(join(host.dir, 'qemu.log'), 'last words\n');
  const commands: string[] = [];
  const left = [...logins];
  const run = (argv: readonly string[]): Promise<RunResult> => {
    commands.push(argv.at(-1) ?? '');
    const [exitCode, stdout = ''] = (left.length > 1 ? left.shift() : left[0]) ?? [0];
    return Promise.resolve({ argv: ['ssh'], exitCode, stdout, stderr: '', timedOut: false });
  };
  const input: VmToAwait = { record, child, serialPath, logPath: join(host.dir, 'qemu.log'), keyPath: keyPath === '' ? undefined : keyPath, startedTogether };
  return { done: runStage({ host: { ...host, run }, say: () => undefined }, waitForVm, input), commands, slept: host.slept };
}

describe('waitForVm', () => {
  test('tries until it is let in, then waits for cloud-init', async () => {
    const { done, commands } = wait({ logins: [[255], [255], [0]] });
    await done;
    expect(commands).toEqual(['true', 'true', 'true', 'cloud-init status --wait --long']);
  });

  test('a connection that breaks while cloud-init works is tried again; a recovered error is not a failure', async () => {
    const { done, commands } = wait({ logins: [[0], [255], [2]] });
    await done;
    expect(commands).toHaveLength(3);
  });

  test('a failed cloud-init is an error with its status', async () => {
    await expect(wait({ logins: [[0], [1, 'status: error']] }).done).rejects.toMatchObject({ code: 'GUEST_FAILED', details: ['status: error'] });
  });

  test('a guest that never answers ends it at the deadline with its console', async () => {
    const { done } = wait({ logins: [[255]], serial: 'booting\nstuck here\n' });
    await expect(done).rejects.toMatchObject({ code: 'GUEST_FAILED', what: expect.stringContaining('SSH was not ready'), details: ['booting', 'stuck here'] });
  });

  test('one of four that boot at once is waited for four times as long', async () => {
    const [alone, together] = [wait({ logins: [[255]] }), wait({ logins: [[255]], startedTogether: 4 })];
    await Promise.allSettled([alone.done, together.done]);
    expect(Math.round(together.slept.length / alone.slept.length)).toBe(4);
  });

  test('a kernel panic ends it at once', async () => {
    const { done, slept } = wait({ logins: [[255]], serial: '[1.0] Kernel panic - not syncing: VFS\n' });
    await expect(done).rejects.toMatchObject({ what: "The VM's kernel panicked" });
    expect(slept).toEqual([1000]);
  });

  test('the death of QEMU ends it at once with its last words', async () => {
    const child = { ...RUNS, ended: Promise.resolve({ exitCode: undefined, signal: 'SIGKILL', stderr: '' }) };
    await expect(wait({ logins: [[255]], child }).done).rejects.toMatchObject({
      code: 'GUEST_FAILED',
      what: expect.stringContaining('SIGKILL'),
      details: ['last words'],
    });
  });

  test('without a usable key it listens for the banner and reads the console, and runs no ssh', async () => {
    const { done, commands } = wait({ keyPath: '', serial: '[40.1] cloud-init[600]: Cloud-init v. 22.4.2 finished at Sun' });
    await done;
    expect(commands).toEqual([]);
  });
});
