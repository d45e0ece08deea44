import { describe, expect, test } from 'vitest';
import { ensureQemuPlugin } from '../../scripts/tools/packer.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';

const INSTALLED: Answer = {
  command: 'packer plugins installed',
  stdout: '/root/.config/packer/plugins/github.com/hashicorp/qemu/packer-plugin-qemu_v1.1.4_x5.0_linux_amd64\n',
};
const NONE: Answer = { command: 'packer plugins installed', stdout: '' };
const wish = { hclDir: '/hcl', env: { CHECKPOINT_DISABLE: '1' } };

describe('ensureQemuPlugin', () => {
  test('asks nobody when the plugin is there', async () => {
    const host = fakeHost([INSTALLED]);
    await ensureQemuPlugin(host, wish);
    expect(host.commands).toEqual(['packer plugins installed']);
  });

  test('has it fetched when it is not', async () => {
    const host = fakeHost([NONE, { command: 'packer init /hcl' }]);
    await ensureQemuPlugin(host, wish);
    expect(host.commands).toEqual(['packer plugins installed', 'packer init /hcl']);
  });

  test('names the ways out where it cannot be fetched', async () => {
    const host = fakeHost([NONE, { command: 'packer init', exitCode: 1, stderr: 'dial tcp: no route' }]);
    await expect(ensureQemuPlugin(host, wish)).rejects.toMatchObject({
      ...{ code: 'HOST_NOT_READY', exitStatus: 3, fix: expect.stringContaining('1.6.6') as string, details: ['dial tcp: no route'] },
    });
  });
});
