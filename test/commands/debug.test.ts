import { expect, test, vi } from 'vitest';
import { debug } from '../../scripts/commands/debug.ts';
import { findKit } from '../../scripts/pipelines/find-kit.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/pipelines/find-kit.ts', () => ({ findKit: vi.fn() }));

test('hands the terminal over to the kit’s own script', async () => {
  vi.mocked(findKit).mockResolvedValue({ run: 'verify-1', kitDir: '/k', script: '/k/boot-and-login.sh', overlayKept: true });
  const { handOver, text } = await runCommand(debug, ['verify-1']);
  expect(handOver).toEqual(['bash', '/k/boot-and-login.sh']);
  expect(text).toContain('the disk as the run left it');
  expect(vi.mocked(findKit).mock.lastCall?.[1]).toEqual({ buildDir: '/p/build', run: 'verify-1' });
});
