import { expect, test, vi } from 'vitest';
import { exportCommand } from '../../scripts/commands/export.ts';
import { exportRelease } from '../../scripts/pipelines/export-release.ts';
import { runCommand } from './run-command.ts';

const DISK = { reference: 'house@2026.11.22-1', format: 'vmdk', path: '/caller/x.vmdk', sha256: 'a'.repeat(64), sizeBytes: 2 ** 20 };
vi.mock('../../scripts/pipelines/export-release.ts', () => ({ exportRelease: vi.fn(() => Promise.resolve(DISK)) }));
vi.mock('../../scripts/stages/ensure-host.ts', () => ({ ensureHost: vi.fn() }));

test('a name alone gives our own format, in the folder of the caller', async () => {
  const { document, text } = await runCommand(exportCommand, ['os']);
  expect(vi.mocked(exportRelease).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', reference: 'os', format: 'qcow2', out: { dir: '/caller' } });
  expect(document).toMatchObject({ kind: 'ExportedDisk', sizeBytes: 2 ** 20 });
  expect(text).toContain(`${DISK.sha256}  /caller/x.vmdk\n`);
});

test('format and file arrive; another format is refused', async () => {
  await runCommand(exportCommand, ['os@stable', '--format', 'vmdk', '--out', 'a/x.vmdk']);
  expect(vi.mocked(exportRelease).mock.lastCall?.[1]).toMatchObject({ reference: 'os@stable', format: 'vmdk', out: { path: '/caller/a/x.vmdk' } });
  await expect(async () => runCommand(exportCommand, ['os', '--format', 'iso'])).rejects.toMatchObject({ code: 'USAGE' });
});
