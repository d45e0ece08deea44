import { describe, expect, test } from 'vitest';
import { probeOutside } from '../../scripts/stages/probe-outside.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { probeFrames } from '../support/probe-frames.ts';
import { sampleCheck } from '../support/sample-check.ts';

const declared = [
  {
    phase: 'outside' as const,
    declaration: sampleCheck('web.page', { outside: { run: 'curl -fsS "http://$GUEST_HOST:$HTTP_PORT/"', expect: { matches: 'Welcome' } } }),
  },
];
const run = (rows: typeof declared) => {
  const scripts: string[] = [];
  const host = fakeHost([
    {
      command: 'bash -s',
      stdout: probeFrames('n', { 'web.page outside': 'Welcome' }),
      effect: (_argv, { input, contain }) => void scripts.push(`${contain} ${input}`),
    },
  ]);
  const guest = fakeGuest(host);
  return {
    scripts,
    host,
    guest,
    result: probeOutside.run(
      {
        guest,
        declared: rows,
        env: { INGOT_ROLE: 'lb' },
        openPorts: { ipv4: [22, 80], ipv6: [22], udp: [] },
        scratchDir: host.dir,
        probeMs: 20_000,
        nonce: 'n',
      },
      contextOf(host),
    ),
  };
};

describe('probeOutside', () => {
  test('runs on the host, contained, and is told all that a client needs', async () => {
    const { scripts, guest, result } = run(declared);
    expect(await result).toMatchObject([{ check: 'web.page', outcome: 'pass' }]);
    expect(scripts[0]).toMatch(/^true /);
    for (const line of ["export SSH_PORT='40022'", "export OPEN_PORTS='22 80'", "export INGOT_ROLE='lb'", `export SSH_KEY='${guest.ssh.keyPath}'`])
      expect(scripts[0]).toContain(line);
  });

  test('does nothing where nothing is declared', async () => {
    const { host, result } = run([]);
    expect(await result).toEqual([]);
    expect(host.commands).toEqual([]);
  });
});
