import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import { nightlyCommand } from '../../scripts/commands/nightly.ts';
import type { NightlyResult, NightlySummary } from '../../scripts/model/nightly-summary.ts';
import { nightly } from '../../scripts/pipelines/nightly.ts';
import { fakeHost } from '../support/fake-host.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/pipelines/nightly.ts', () => ({ nightly: vi.fn() }));

const FAILED: NightlyResult = { imageId: 'box-small-tin-1', status: 'failed', what: 'It broke', fix: 'Mend it', details: [], code: 'BAKE_FAILED', seconds: 30 };
const PRUNE_FAILURE = { what: 'The index cannot be read', fix: 'npm run repair', details: [], code: 'STORE_CORRUPT', exitStatus: 6 } as const;

function ends(changes: Partial<NightlySummary> = {}): void {
  const summary: NightlySummary = {
    kind: 'NightlySummary',
    schemaVersion: 1,
    startedAt: '2026-11-22T03:00:00.000Z',
    results: [],
    skipped: [],
    prunedReleases: [],
  };
  vi.mocked(nightly).mockResolvedValue({ ...summary, ...changes });
}

beforeEach(() => {
  vi.mocked(nightly).mockReset();
  ends();
});

test('keeps as much as is asked for', async () => {
  await runCommand(nightlyCommand, ['--keep', '1', '--keep-days', '0']);
  expect(vi.mocked(nightly).mock.lastCall?.[1]).toMatchObject({ keepNewest: 1, keepDays: 0 });
  await runCommand(nightlyCommand, []);
  expect(vi.mocked(nightly).mock.lastCall?.[1]).toMatchObject({ keepNewest: 3, keepDays: 7 });
});

test.each(['--keep=0', '--keep=x', '--keep=1.5', '--keep=', '--keep-days=-1', '--keep-days=x'])('%s is refused before anything is baked', async (written) => {
  await expect(async () => runCommand(nightlyCommand, [written])).rejects.toMatchObject({ code: 'USAGE' });
  expect(nightly).not.toHaveBeenCalled();
});

test('a night that could not prune ends with the status of that, and the summary is written', async () => {
  ends({ pruneFailure: PRUNE_FAILURE });
  const host = fakeHost();
  const path = join(host.dir, 'night.md');
  const { exitStatus, text, document } = await runCommand(nightlyCommand, ['--summary', path], { host });
  expect(exitStatus).toBe(6);
  expect(document).toMatchObject({ pruneFailure: PRUNE_FAILURE });
  expect(readFileSync(path, 'utf8')).toBe(text);
  expect(text).toContain('The index cannot be read');
});

test('an image that failed goes first', async () => {
  ends({ results: [FAILED], pruneFailure: PRUNE_FAILURE });
  expect((await runCommand(nightlyCommand, [])).exitStatus).toBe(4);
  ends();
  expect((await runCommand(nightlyCommand, [])).exitStatus).toBe(0);
});
