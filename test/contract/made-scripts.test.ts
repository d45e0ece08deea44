import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { guestCollector } from '../../scripts/checks/guest-collector.ts';
import { kitScript } from '../../scripts/checks/kit-texts.ts';
import { probeFunctions } from '../../scripts/checks/probe-script.ts';
import { agentSetup, askAgainOrder, greenOrder } from '../../scripts/checks/saboteur-agent.ts';
import { sealedCollector } from '../../scripts/checks/sealed-collector.ts';
import { sealedSabotageScript } from '../../scripts/checks/sealed-sabotage-script.ts';
import { clearFreeBlocks } from '../../scripts/stages/clear-free-blocks.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { needTool } from '../support/need-tool.ts';
import { samplePlan } from '../support/sample-bake.ts';

const PROBES = [
  { name: 'web.up first-boot', run: 'curl -fsS "http://localhost/$PATH_OF_HEALTH"' },
  { name: "web.it's first-boot", run: 'echo \'a "word"\'' },
];
const REQUEST = { nonce: 'n', timeoutSeconds: 30, settleSeconds: 60, lanes: 2, env: { PATH_OF_HEALTH: 'healthz' }, probes: PROBES };
const DISK = {
  diskPath: '/a folder/disk.qcow2',
  diskFormat: 'qcow2',
  offsetBytes: 1_048_576,
  sizeBytes: 4096,
  otherPartitions: [{ number: 2, offsetBytes: 2_097_152, sizeBytes: 8192, linux: true }],
} as const;

/** What the agent is sent, with the functions that its second line reads from a file of the guest. */
const order = (text: string): string => probeFunctions(REQUEST) + text.split('\n').slice(2).join('\n');

/** Scripts that programs put together: no linter sees them where they are written. */
const MADE: Readonly<Record<string, () => string | Promise<string>>> = {
  'the collector of a guest': () => guestCollector({ ...REQUEST, facts: PROBES }),
  'the collector of a sealed disk': () => sealedCollector({ ...REQUEST, ...DISK }),
  'the saboteur of a sealed disk': () =>
    sealedSabotageScript({ ...REQUEST, ...DISK, sabotages: [{ name: 'web.up', saboteur: 'rm "$ROOT/x"', probe: 'cat "$ROOT/x"' }] }),
  'the set-up of the agent': () => agentSetup(REQUEST),
  'an order of the agent': () => order(greenOrder(PROBES, 2)),
  'a second question of the agent': () => order(askAgainOrder(PROBES)),
  'the script of a failure kit': () =>
    kitScript({ argv: ['qemu-system-x86_64', '-m', '2048'], sshOptions: ['-o', 'BatchMode=yes'], sshPort: 2222, loginUser: 'debian' }),
  'what clears free blocks': clearingScript,
};

async function clearingScript(): Promise<string> {
  const host = fakeHost([{ command: /^bash .*clear-free-blocks\.sh$/ }]);
  const [layer = expect.unreachable()] = samplePlan().layers;
  const workDir = join(host.dir, 'work');
  mkdirSync(workDir);
  await clearFreeBlocks({ layer, diskPath: '/disk.qcow2', workDir }, contextOf(host));
  const path = join(workDir, 'clear-free-blocks.sh');
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}

test.each(Object.entries(MADE))('shellcheck warns of nothing in %s', async (_name, make) => {
  needTool('shellcheck');
  const script = await make();
  expect(script.split('\n').length).toBeGreaterThan(3);
  const { stdout, stderr } = spawnSync('shellcheck', ['--shell=bash', '--severity=warning', '--format=gcc', '-'], { input: script, encoding: 'utf8' });
  expect(`${stdout}${stderr}`.trim()).toBe('');
});
