import { expect, test, vi } from 'vitest';
import { doctor } from '../../scripts/commands/doctor.ts';
import { generateCommand } from '../../scripts/commands/generate.ts';
import { setup } from '../../scripts/commands/setup.ts';
import { generate } from '../../scripts/pipelines/generate.ts';
import { hostReport } from '../../scripts/plan/host-report.ts';
import { ensureHost } from '../../scripts/stages/ensure-host.ts';
import { examineHost } from '../../scripts/stages/examine-host.ts';
import { DISTRO, project } from '../config/project.ts';
import { STATE } from '../plan/host-state.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/stages/examine-host.ts', () => ({ examineHost: vi.fn() }));
vi.mock('../../scripts/stages/ensure-host.ts', () => ({ ensureHost: vi.fn() }));
vi.mock('../../scripts/pipelines/generate.ts', () => ({ generate: vi.fn(() => Promise.resolve(['/caller/out/b.hcl', '/caller/out/a/user-data'])) }));

test('doctor exits 3 when something is missing, and names it in both forms', async () => {
  vi.mocked(examineHost).mockResolvedValue({ report: hostReport({ needs: ['boot'] }, [], STATE), acceleration: undefined });
  const outcome = await runCommand(doctor, []);
  expect(outcome.exitStatus).toBe(3);
  expect(outcome.text).toContain('MISSING');
  expect(outcome.document).toMatchObject({ kind: 'HostReport', ready: false });
});

test('doctor exits 0 when nothing is', async () => {
  vi.mocked(examineHost).mockResolvedValue({ report: hostReport({ needs: [] }, [], STATE), acceleration: { accelerator: 'tcg', reason: 'no device' } });
  const outcome = await runCommand(doctor, ['--driver', 'vm']);
  expect(outcome.exitStatus).toBe(0);
  expect(outcome.text).toContain('tcg (no device)');
  expect(vi.mocked(examineHost).mock.lastCall?.[1]).toEqual({ driver: 'vm', dir: '/p/build/cache', distros: [] });
});

test('doctor and setup look at the distros that are named, and refuse one that nobody has', async () => {
  const host = project({ 'config/distros/tin-2.yaml': { yaml: { ...DISTRO, id: 'tin-2', aliases: ['next'] } } });
  vi.mocked(examineHost).mockResolvedValue({ report: hostReport({ needs: [] }, [], STATE), acceleration: undefined });
  vi.mocked(ensureHost).mockResolvedValue(hostReport({ needs: [] }, [], STATE));
  const asked = { distros: [expect.objectContaining({ id: 'tin-2' }) as unknown] };
  await runCommand(doctor, ['--distro', 'next'], { host });
  expect(vi.mocked(examineHost).mock.lastCall?.[1]).toMatchObject(asked);
  await runCommand(setup, ['--distro', 'next', '--yes'], { host });
  expect(vi.mocked(ensureHost).mock.lastCall?.[1]).toMatchObject(asked);
  await expect(runCommand(setup, ['--distro', 'tim'], { host })).rejects.toMatchObject({ code: 'USAGE' });
});

test('setup passes permission on and minds packages only', async () => {
  vi.mocked(ensureHost).mockResolvedValue(hostReport({ needs: ['native'] }, [], { ...STATE, isRoot: false }));
  const { text } = await runCommand(setup, ['--yes']);
  expect(vi.mocked(ensureHost).mock.lastCall?.[1]).toMatchObject({ driver: 'auto', yes: true, onlyPackages: true });
  expect(text).toContain('problem: Looking into a disk needs root');
});

test('generate names its files as seen from the folder that was asked for', async () => {
  const { text, document } = await runCommand(generateCommand, ['--distro', 'os-1', '--out', 'out']);
  expect(vi.mocked(generate).mock.lastCall?.[1]).toEqual({ distro: 'os-1', outDir: '/caller/out' });
  expect(document).toMatchObject({ files: ['b.hcl', 'a/user-data'] });
  expect(text).toBe('b.hcl\na/user-data\n2 files in /caller/out\n');
});
