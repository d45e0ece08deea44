import { describe, expect, test, vi } from 'vitest';
import { launchCommand } from '../../scripts/commands/launch.ts';
import { launch } from '../../scripts/pipelines/launch.ts';
import { launchElsewhere } from '../../scripts/pipelines/launch-elsewhere.ts';
import { launchTopology } from '../../scripts/pipelines/launch-topology.ts';
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
vi.mock('../../scripts/pipelines/launch-topology.ts', () => ({ launchTopology: vi.fn(() => Promise.resolve({ name: 'ha', vms: [VM] })) }));
vi.mock('../../scripts/pipelines/launch-elsewhere.ts', () => ({
  launchElsewhere: vi.fn(() =>
    Promise.resolve({ target: 'libvirt', reference: 'r', name: 'n', files: [], script: '#!/bin/sh\n', written: ['/caller/out/run.sh'] }),
  ),
}));
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

test('a release, or a topology, must be named', async () => {
  await expect(async () => runCommand(launchCommand, [])).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('REF is missing') as string });
});

describe('--topology', () => {
  test('is all that is needed, and says how its machines are ended', async () => {
    const { text, document } = await runCommand(launchCommand, ['--topology', 'ha']);
    expect(vi.mocked(launchTopology).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', topology: 'ha', wait: false, accelerator: 'auto' });
    expect(document).toMatchObject({ kind: 'RunningTopology', name: 'ha' });
    expect(text).toContain('npm run stop -- ha\n');
  });

  test('takes releases, a name and a size', async () => {
    await runCommand(launchCommand, ['debian@stable', '--topology=ha', '--name=mine', '--profile=tiny', '--memory=1024', '--wait']);
    expect(vi.mocked(launchTopology).mock.lastCall?.[1]).toMatchObject({
      reference: 'debian@stable',
      prefix: 'mine',
      profile: 'tiny',
      memoryMiB: 1024,
      wait: true,
    });
  });

  test.each(['--instance=a.yaml', '--forward=1:2', '--address=10.77.0.1/24', '--out=x'])('%s beside it is refused', async (option) => {
    await expect(async () => runCommand(launchCommand, ['--topology', 'ha', option])).rejects.toMatchObject({ code: 'USAGE' });
  });
});

describe('--print', () => {
  test('prints nothing but the script', async () => {
    const { text, document } = await runCommand(launchCommand, ['os', '--print', 'libvirt', '--cpus', '3']);
    expect(text).toBe('#!/bin/sh\n');
    expect(document).toMatchObject({ kind: 'LaunchFiles', target: 'libvirt' });
    expect(vi.mocked(launchElsewhere).mock.lastCall?.[1]).toEqual({ storeLocation: '/p/published', reference: 'os', target: 'libvirt', cpus: 3 });
  });

  test('takes where a containerDisk lies', async () => {
    await runCommand(launchCommand, ['os', '--print', 'kubevirt', '--container-disk', 'oci://host/vms']);
    expect(vi.mocked(launchElsewhere).mock.lastCall?.[1]).toMatchObject({ target: 'kubevirt', containerDisk: 'oci://host/vms' });
    await expect(async () => runCommand(launchCommand, ['os', '--container-disk', 'oci://host/vms'])).rejects.toMatchObject({ code: 'USAGE' });
  });

  test('or writes files, and says how they are run', async () => {
    const { text } = await runCommand(launchCommand, ['os', '--print=libvirt', '--out=out', '--instance=web.yaml']);
    expect(text).toBe('/caller/out/run.sh\nRun it: cd /caller/out && ./run.sh\n');
    expect(vi.mocked(launchElsewhere).mock.lastCall?.[1]).toMatchObject({ outDir: '/caller/out', instancePath: '/caller/web.yaml' });
  });

  test.each(['--wait', '--forward=1:2', '--topology=ha'])('%s beside it is refused', async (option) => {
    await expect(async () => runCommand(launchCommand, ['os', '--print=aws', option])).rejects.toMatchObject({ code: 'USAGE' });
  });
});
