import { expect, test, vi } from 'vitest';
import { launchCommand } from '../../scripts/commands/launch.ts';
import { launch } from '../../scripts/pipelines/launch.ts';
import { runCommand } from './run-command.ts';

const VM = {
  name: 'house',
  reference: 'house-small-os-1@2026.11.22-1',
  state: 'running',
  pid: 7,
  sshPort: 40_022,
  forwards: [{ host: 40_022, guest: 22 }],
  urls: ['http://127.0.0.1:40080/'],
  sshCommand: 'ssh -p 40022 me@127.0.0.1',
  startedAt: '',
} as const;
vi.mock('../../scripts/pipelines/launch.ts', () => ({ launch: vi.fn(() => Promise.resolve(VM)) }));
vi.mock('../../scripts/stages/ensure-host.ts', () => ({ ensureHost: vi.fn() }));

test('a name alone is enough', async () => {
  const { document, text } = await runCommand(launchCommand, ['os']);
  expect(vi.mocked(launch).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', reference: 'os', forwards: [], wait: false, accelerator: 'auto' });
  expect(document).toMatchObject({ kind: 'RunningVm', name: 'house' });
  for (const part of ['ssh -p 40022 me@127.0.0.1', 'http://127.0.0.1:40080/', 'npm run stop -- house']) expect(text).toContain(part);
});

test('every option arrives', async () => {
  await runCommand(launchCommand, [
    'os@stable',
    '--name=a',
    '--profile=tiny',
    '--ssh-key=id.pub',
    '--forward=8080:80',
    '--forward',
    '0:8443',
    '--wait',
    '--accel=kvm',
    '--cpus=1',
    '--memory=1024',
    '--instance=web.yaml',
    '--private-network=demo',
    '--address=10.77.0.11/24',
  ]);
  const forwards = [
    { host: 8080, guest: 80 },
    { host: 0, guest: 8443 },
  ];
  expect(vi.mocked(launch).mock.lastCall?.[1]).toMatchObject({
    name: 'a',
    profile: 'tiny',
    sshKeyPath: '/caller/id.pub',
    forwards,
    wait: true,
    accelerator: 'kvm',
    cpus: 1,
    memoryMiB: 1024,
    instancePath: '/caller/web.yaml',
    privateNetwork: { network: 'demo', address: '10.77.0.11/24' },
  });
});

test.each(['--cpus=two', '--cpus=-1', '--cpus=1.5', '--memory=1G', '--memory=1e3', '--memory=0x10', '--private-network=demo', '--address=10.77.0.11/24'])(
  '%s is refused before anything is looked for',
  async (option) => {
    vi.mocked(launch).mockClear();
    await expect(runCommand(launchCommand, ['os', option])).rejects.toMatchObject({ code: 'USAGE' });
    expect(launch).not.toHaveBeenCalled();
  },
);

test.each(['80', '80:', ':80', 'a:b', '1:2:3', '-1:80', '123456:80'])('--forward %s is refused', async (written) => {
  await expect(runCommand(launchCommand, ['os', `--forward=${written}`])).rejects.toMatchObject({ code: 'USAGE' });
});
