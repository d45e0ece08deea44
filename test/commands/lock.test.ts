import { beforeEach, describe, expect, test, vi } from 'vitest';
import { lockCommand } from '../../scripts/commands/lock.ts';
import type { LockResult, LockSummary } from '../../scripts/model/image-lock.ts';
import { lock } from '../../scripts/pipelines/lock.ts';
import { sampleLock } from '../support/sample-spec.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/pipelines/lock.ts', () => ({ lock: vi.fn() }));

const NEW: LockResult = { distro: 'testian-1', status: 'new', before: null, after: sampleLock() };
const FAILED: LockResult = { distro: 'testian-2', status: 'failed', before: null, code: 'DIGEST_MISMATCH', what: 'Wrong', fix: 'Mend' };
const answering = (...results: readonly LockResult[]): LockSummary => ({ kind: 'LockSummary', schemaVersion: 1, written: true, results });

beforeEach(() => vi.mocked(lock).mockReset());

describe('lock', () => {
  test('looks up every distro when none is named, and writes', async () => {
    vi.mocked(lock).mockResolvedValue(answering(NEW));
    expect((await runCommand(lockCommand, [])).exitStatus).toBe(0);
    expect(lock).toHaveBeenCalledWith(expect.anything(), { distros: [], dryRun: false, cacheDir: '/p/build/cache' });
  });

  test('one that failed decides the exit status, and does not hide the others', async () => {
    vi.mocked(lock).mockResolvedValue(answering(NEW, FAILED));
    const outcome = await runCommand(lockCommand, ['--distro', 'testian-1', '--distro', 'testian-2', '--dry-run']);
    expect(outcome.exitStatus).toBe(4);
    expect(outcome.text).toContain('testian-1');
    expect(outcome.text).toContain('testian-2: Wrong');
    expect(lock).toHaveBeenCalledWith(expect.anything(), { distros: ['testian-1', 'testian-2'], dryRun: true, cacheDir: '/p/build/cache' });
  });
});
