import { describe, expect, test, vi } from 'vitest';
import { ssh } from '../../scripts/commands/ssh.ts';
import { stop } from '../../scripts/commands/stop.ts';
import { vms } from '../../scripts/commands/vms.ts';
import { sshInto, stopVm } from '../../scripts/pipelines/manage-vms.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/pipelines/manage-vms.ts', () => ({
  sshInto: vi.fn(() => Promise.resolve(['ssh', 'me@there'])),
  stopVm: vi.fn(() => Promise.resolve(['a', 'b'])),
  listVms: vi.fn(() => Promise.resolve([])),
}));

describe('ssh', () => {
  test('hands the terminal to the command that the pipeline names', async () => {
    const outcome = await runCommand(ssh, ['a', '--', 'ls', '-l']);
    expect(vi.mocked(sshInto).mock.lastCall?.[1]).toEqual({ name: 'a', command: ['ls', '-l'] });
    expect(outcome).toMatchObject({ handOver: ['ssh', 'me@there'], text: '' });
  });

  test('without a name, the pipeline chooses', async () => {
    await runCommand(ssh, []);
    expect(vi.mocked(sshInto).mock.lastCall?.[1]).toEqual({ command: [] });
  });
});

describe('stop', () => {
  test('one or all', async () => {
    await runCommand(stop, ['a']);
    expect(vi.mocked(stopVm).mock.lastCall?.[1]).toEqual({ name: 'a' });
    const { text } = await runCommand(stop, ['--all']);
    expect(vi.mocked(stopVm).mock.lastCall?.[1]).toEqual({ all: true });
    expect(text).toBe('a is stopped and removed\nb is stopped and removed\n');
  });

  test('a name and --all together are refused: nothing is stopped by accident', async () => {
    await expect(runCommand(stop, ['a', '--all'])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

test('vms says how to make one when there is none', async () => {
  expect((await runCommand(vms, [])).text).toContain('npm run launch');
});
