import { expect, test, vi } from 'vitest';
import { exportCommand } from '../../scripts/commands/export.ts';
import { exportRelease } from '../../scripts/pipelines/export-release.ts';
import { pushContainerDisk } from '../../scripts/pipelines/push-container-disk.ts';
import { runCommand } from './run-command.ts';

const DISK = { reference: 'house@2026.11.22-1', format: 'vmdk', path: '/caller/x.vmdk', sha256: 'a'.repeat(64), sizeBytes: 2 ** 20 };
vi.mock('../../scripts/pipelines/export-release.ts', () => ({ exportRelease: vi.fn(() => Promise.resolve(DISK)) }));
const PUSHED = {
  ...{ reference: 'house@2026.11.22-1', format: 'containerdisk', location: 'oci://host/vms', tag: 'host/vms:tag' },
  ...{ image: `host/vms@sha256:${'b'.repeat(64)}`, sizeBytes: 2 ** 20 },
};
vi.mock('../../scripts/pipelines/push-container-disk.ts', () => ({ pushContainerDisk: vi.fn(() => Promise.resolve(PUSHED)) }));
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

test('a containerDisk goes into a registry instead, and is told by its digest', async () => {
  vi.mocked(exportRelease).mockClear();
  const { document, text } = await runCommand(exportCommand, ['os', '--format', 'containerdisk', '--push', 'oci://host/vms', '--yanked']);
  expect(vi.mocked(pushContainerDisk).mock.lastCall?.[1]).toEqual({
    ...{ storeLocation: '/p/published', reference: 'os', pushTo: 'oci://host/vms', buildDir: '/p/build', yanked: true },
  });
  expect(exportRelease).not.toHaveBeenCalled();
  expect(document).toEqual({ kind: 'PushedDisk', schemaVersion: 1, ...PUSHED });
  expect(text.split('\n')).toContain(PUSHED.image);
  expect(text).toContain('npm run launch -- house@2026.11.22-1 --print kubevirt --container-disk oci://host/vms\n');
});

test.each([
  ['a file beside it', ['--format', 'containerdisk', '--out', 'x'], 'not together'],
  ['another format', ['--format', 'vmdk'], 'Only a containerDisk'],
  ['no format', [], 'Only a containerDisk'],
])('--push with %s is refused before anything is done', async (_what, options, said) => {
  vi.mocked(pushContainerDisk).mockClear();
  await expect(runCommand(exportCommand, ['os', '--push', 'oci://host/vms', ...options])).rejects.toMatchObject({
    code: 'USAGE',
    what: expect.stringContaining(said) as string,
  });
  expect(pushContainerDisk).not.toHaveBeenCalled();
});
