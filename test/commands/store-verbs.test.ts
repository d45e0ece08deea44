import { describe, expect, test, vi } from 'vitest';
import { deprecateCommand } from '../../scripts/commands/deprecate.ts';
import { images } from '../../scripts/commands/images.ts';
import { promoteCommand } from '../../scripts/commands/promote.ts';
import { pruneCommand } from '../../scripts/commands/prune.ts';
import { publishCommand } from '../../scripts/commands/publish.ts';
import { repair } from '../../scripts/commands/repair.ts';
import { rollbackCommand } from '../../scripts/commands/rollback.ts';
import { yankCommand } from '../../scripts/commands/yank.ts';
import { promote, rollback } from '../../scripts/pipelines/channels.ts';
import { listImages, repairStore } from '../../scripts/pipelines/list-images.ts';
import { deprecate, yank } from '../../scripts/pipelines/mark-release.ts';
import { prune } from '../../scripts/pipelines/prune.ts';
import { publishSaved } from '../../scripts/pipelines/publish-saved.ts';
import { diffCommand } from '../../scripts/commands/diff.ts';
import { diffStored } from '../../scripts/pipelines/diff-releases.ts';
import { verifyReleaseCommand } from '../../scripts/commands/verify-release.ts';
import { verifyRelease } from '../../scripts/pipelines/verify-release.ts';
import { runCommand } from './run-command.ts';

const ENTRY = {
  imageId: 'house-small-os-1',
  version: '2026.11.22-1',
  sha256: 'a'.repeat(64),
  sizeBytes: 2 ** 29,
  key: 'k',
  checksPassed: 60,
  publishedAt: '2026-11-22T12:34:56.000Z',
};
const LIST = { storeLocation: '/p/published', generation: 3, releases: [{ ...ENTRY, channels: ['latest', 'stable'] }] };
const MOVED = { imageId: 'house-small-os-1', channel: 'stable', from: '2026.11.21-1', to: '2026.11.22-1' };

vi.mock('../../scripts/pipelines/list-images.ts', () => ({
  listImages: vi.fn(() => Promise.resolve(LIST)),
  repairStore: vi.fn(() => Promise.resolve(LIST)),
  listHistory: vi.fn(() => Promise.resolve([{ at: ENTRY.publishedAt, reference: `${ENTRY.imageId}@${ENTRY.version}`, what: 'yank: bad' }])),
}));
vi.mock('../../scripts/pipelines/mark-release.ts', () => ({
  yank: vi.fn((_desk, { reason }: { reason: string | null }) =>
    Promise.resolve({ entry: { ...ENTRY, ...(reason === null ? {} : { yanked: { at: 'now', reason } }) }, channels: ['latest'] }),
  ),
  deprecate: vi.fn((_desk, { after }: { after: string | null }) => Promise.resolve({ entry: { ...ENTRY, deprecatedAfter: after ?? undefined }, channels: [] })),
}));
vi.mock('../../scripts/pipelines/channels.ts', () => ({
  promote: vi.fn(() => Promise.resolve(MOVED)),
  rollback: vi.fn(() => Promise.resolve({ ...MOVED, from: null })),
}));
vi.mock('../../scripts/pipelines/publish-saved.ts', () => ({
  publishSaved: vi.fn(() => Promise.resolve({ imageId: 'house', version: '2026.11.22-1', disk: { sizeBytes: 1 } })),
}));
vi.mock('../../scripts/pipelines/prune.ts', () => ({
  prune: vi.fn((_desk, { apply }: { apply: boolean }) =>
    Promise.resolve({
      applied: apply,
      kept: [{ entry: ENTRY, reasons: ['channel latest'] }],
      dropped: [{ ...ENTRY, version: '2026.11.01-1' }],
      droppedDisks: [],
      freedBytes: 2 ** 29,
    }),
  ),
}));

vi.mock('../../scripts/pipelines/diff-releases.ts', () => ({ diffStored: vi.fn() }));

test('diff takes the older release first', async () => {
  const nothing = { added: [], removed: [] };
  const [fromTo, files] = [
    { from: 1, to: 1 },
    { ...nothing, changed: [] },
  ];
  vi.mocked(diffStored).mockResolvedValueOnce({
    ...{ kind: 'ReleaseDiff', schemaVersion: 1, from: 'os@1', to: 'os@2', since: 'os@1', packages: files, checks: nothing, measures: [] },
    ...{ languagePackages: files, ports: nothing, privileged: files, units: nothing, files },
    ...{ sizeBytes: fromTo, firstBootSeconds: fromTo, rebootSeconds: fromTo, passed: fromTo },
  });
  const { text, document } = await runCommand(diffCommand, ['os@1', 'os@2']);
  expect(vi.mocked(diffStored).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', from: 'os@1', to: 'os@2' });
  expect(text).toMatch(/^# Changes from os@1 to os@2\n/);
  expect(document).toMatchObject({ kind: 'ReleaseDiff' });
});

vi.mock('../../scripts/pipelines/verify-release.ts', () => ({ verifyRelease: vi.fn() }));

test('verify-release ends with a status of its own when a link breaks', async () => {
  const check = { kind: 'ReleaseCheck', schemaVersion: 1, store: '/p', release: 'os@1', links: [] } as const;
  vi.mocked(verifyRelease)
    .mockResolvedValueOnce({ ...check, verdict: 'fail' })
    .mockResolvedValueOnce({ ...check, verdict: 'pass' });
  expect((await runCommand(verifyReleaseCommand, ['os'])).exitStatus).toBe(6);
  expect((await runCommand(verifyReleaseCommand, ['os'])).exitStatus).toBe(0);
});

describe('images', () => {
  test('a line a release', async () => {
    const { text, document } = await runCommand(images, []);
    expect(text).toMatch(/house-small-os-1@2026\.11\.22-1 {2}latest, stable {2}512 MiB {2}60 passed {2}2026-11-22 12:34/);
    expect(document).toMatchObject({ kind: 'ImageList', generation: 3 });
    expect(listImages).toHaveBeenCalledOnce();
  });

  test('--history says what was done instead', async () => {
    const { text, document } = await runCommand(images, ['--history']);
    expect(text).toBe('when                 release                        what\n2026-11-22 12:34:56  house-small-os-1@2026.11.22-1  yank: bad\n');
    expect(document).toMatchObject({ kind: 'StoreHistory', changes: [{ what: 'yank: bad' }] });
  });
});

test('promote leaves it to what is promoted which channel moves, unless told', async () => {
  const { text } = await runCommand(promoteCommand, ['os@latest']);
  expect(vi.mocked(promote).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', reference: 'os@latest' });
  expect(text).toBe('house-small-os-1@stable is now 2026.11.22-1 (was 2026.11.21-1)\n');
});

test('rollback moves latest unless told otherwise', async () => {
  await runCommand(rollbackCommand, ['os']);
  expect(vi.mocked(rollback).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', image: 'os', channel: 'latest' });
});

test('repair rebuilds, then lists', async () => {
  const { text } = await runCommand(repair, []);
  expect(repairStore).toHaveBeenCalledOnce();
  expect(text).toContain('house-small-os-1@2026.11.22-1');
});

describe('yank', () => {
  test('says what readers are told, and how to take them off it', async () => {
    const { text } = await runCommand(yankCommand, ['os', '--reason', 'a hole']);
    expect(vi.mocked(yank).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', reference: 'os', reason: 'a hole' });
    expect(text).toBe('house-small-os-1@2026.11.22-1: taken back: a hole\nlatest still points at it: npm run rollback -- house-small-os-1 --channel latest\n');
    expect((await runCommand(yankCommand, ['os', '--undo'])).text).toContain('nothing is said of it any more');
  });

  test.each([[], ['--reason', 'x', '--undo']])('%j is refused: a reason or none', async (...args) => {
    await expect(async () => runCommand(yankCommand, ['os', ...args])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('deprecate', () => {
  test('says the last day', async () => {
    expect((await runCommand(deprecateCommand, ['os', '--after', '2027-01-31'])).text).toBe('house-small-os-1@2026.11.22-1: until 2027-01-31\n');
    await runCommand(deprecateCommand, ['os', '--undo']);
    expect(vi.mocked(deprecate).mock.lastCall?.[1]).toMatchObject({ after: null });
  });

  test.each([[], ['--after', '2027-01-31', '--undo']])('%j is refused: a day or none', async (...args) => {
    await expect(async () => runCommand(deprecateCommand, ['os', ...args])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('prune', () => {
  test('only says what would go, unless --yes', async () => {
    const { text } = await runCommand(pruneCommand, []);
    expect(vi.mocked(prune).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', buildDir: '/p/build', keepNewest: 3, keepDays: 7, apply: false });
    expect(text).toMatch(/would drop {2}house-small-os-1@2026\.11\.01-1[^]*give --yes to do it\n$/);
    expect((await runCommand(pruneCommand, ['--yes', '--keep', '1', '--keep-days=0'])).text).toMatch(/1 release dropped, 512 MiB\n$/);
    expect(vi.mocked(prune).mock.lastCall?.[1]).toMatchObject({ keepNewest: 1, keepDays: 0, apply: true });
  });

  test.each(['x', '-1', '1.5', '', '1e3', '0'])('--keep=%s is refused', async (written) => {
    vi.mocked(prune).mockClear();
    await expect(async () => runCommand(pruneCommand, ['--yes', `--keep=${written}`])).rejects.toMatchObject({ code: 'USAGE' });
    expect(prune).not.toHaveBeenCalled();
  });

  test('--keep-days=-1 is refused', async () => {
    await expect(async () => runCommand(pruneCommand, ['--yes', '--keep-days=-1'])).rejects.toMatchObject({
      code: 'USAGE',
      what: '--keep-days -1 is not a whole number of 0 or more',
    });
  });
});

test('publish takes a folder from where the caller stands', async () => {
  const { text } = await runCommand(publishCommand, ['build/artifacts/house/k', '--role', 'small']);
  expect(vi.mocked(publishSaved).mock.lastCall?.[1]).toMatchObject({
    target: 'build/artifacts/house/k',
    targetPath: '/caller/build/artifacts/house/k',
    role: 'small',
    storeLocation: '/p/published',
  });
  expect(text).toContain('npm run launch -- house@2026.11.22-1');
});
