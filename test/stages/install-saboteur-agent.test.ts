import { mkdtempSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { answerEnd } from '../../scripts/checks/saboteur-agent.ts';
import { installSaboteurAgent } from '../../scripts/stages/install-saboteur-agent.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';

const request = { nonce: 'n', timeoutSeconds: 20, settleSeconds: 60, env: {}, timeoutMs: 1000 };

describe('installSaboteurAgent', () => {
  test('a guest that cannot be told to take orders is lost, with its last words', async () => {
    const host = fakeHost([{ command: 'ssh ', exitCode: 71, stderr: 'noise\nFailed to start transient service unit\n' }]);
    const lost = installSaboteurAgent.run({ guest: fakeGuest(host), ...request }, contextOf(host));
    await expect(lost).rejects.toMatchObject({ code: 'GUEST_FAILED', details: ['noise', 'Failed to start transient service unit'] });
  });

  test('opens the line through the VM’s own folder', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'ingot-agent-'));
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.on('data', () => socket.write(`here\n${answerEnd('n')}\n`));
    });
    await new Promise<void>((resolve) => server.listen(join(dir, 'second.sock'), resolve));
    const here = process.cwd();
    process.chdir(dir);
    try {
      const fake = fakeHost([{ command: 'ssh ' }]);
      const host = { ...fake, clock: { ...fake.clock, sleep: () => new Promise<void>((resolve) => setImmediate(resolve)) } };
      const guest = fakeGuest(host);
      const line = await installSaboteurAgent.run({ guest: { ...guest, child: { ...guest.child, pid: process.pid } }, ...request }, contextOf(host));
      expect(await line.ask('3\nabc', 1000)).toBe('here');
      line.close();
    } finally {
      process.chdir(here);
      server.close();
    }
  });
});
