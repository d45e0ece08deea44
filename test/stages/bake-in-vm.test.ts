import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import type { HostFacts } from '../../scripts/model/build-plan.ts';
import type { LayerName } from '../../scripts/model/image-spec.ts';
import { bakeInVm } from '../../scripts/stages/bake-in-vm.ts';
import type { DriverJob } from '../../scripts/stages/bake-layer.ts';
import { PROJECT_DIR, settingsOf } from '../support/fake-disks.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { within } from '../support/recording-desk.ts';
import { driverJob } from './driver-job.ts';

interface InVm {
  readonly host: FakeHost;
  readonly job: DriverJob;
  readonly settings: ReadonlyMap<string, string>;
  /** Payload as it was packed. */
  readonly packed: readonly string[];
  readonly bake: (host?: FakeHost) => Promise<void>;
}

function inVm(name: LayerName, facts: Partial<HostFacts> = {}, lastWord = 'ingot: sealed'): InVm {
  const settings = new Map<string, string>();
  const packed: string[] = [];
  const host: FakeHost = fakeHost(
    [
      { command: 'ssh-keygen', effect: (argv) => writeFileSync(`${argv.at(-1)}.pub`, 'ssh-ed25519 AAAA ingot-build\n') },
      { command: 'tar', effect: (argv) => void packed.push(...readdirSync(argv[argv.indexOf('-C') + 1] ?? '')) },
      { command: 'packer plugins installed', stdout: '/p/packer-plugin-qemu_v1.1.0_x5.0_linux_amd64' },
      {
        command: 'packer build',
        effect: ([, , , hclDir = '']) => {
          for (const [setting, value] of settingsOf(hclDir)) settings.set(setting, value);
          // Packer makes the folder itself, and refuses one that is there.
          mkdirSync(settings.get('output_directory') ?? '');
          writeFileSync(join(settings.get('output_directory') ?? '', settings.get('vm_name') ?? ''), 'layer');
          mkdirSync(job.workspace.logDir, { recursive: true });
          writeFileSync(join(job.workspace.logDir, `${name}.serial.log`), `login: \r\n${lastWord}\r\n`);
        },
      },
    ],
    { projectDir: PROJECT_DIR },
  );
  const job = driverJob(host, name, { driver: 'vm', ...facts });
  return { host, job, settings, packed, bake: (on = host) => within(on, (context) => bakeInVm(job, context)) };
}

describe('bakeInVm', () => {
  test('boots an overlay on the parent and moves the result to where layers are made', async () => {
    const { job, settings, bake } = inVm('configure');
    await bake();
    expect(Object.fromEntries(settings)).toMatchObject({
      iso_url: job.parentPath,
      ssh_username: 'ingot-build',
      ssh_private_key_file: join(job.workDir, 'build-key'),
    });
    expect(readFileSync(job.partialPath, 'utf8')).toBe('layer');
  });

  test('makes a key of this bake, and tells the guest its public half only', async () => {
    const { job, host, bake } = inVm('configure');
    await bake();
    expect(host.commands).toContain(`ssh-keygen -q -t ed25519 -N  -C ingot-build -f ${join(job.workDir, 'build-key')}`);
    const userData = readFileSync(join(job.workDir, 'seed/user-data'), 'utf8');
    expect(userData).toMatch(/^#cloud-config\n/);
    expect(JSON.stringify(parse(userData))).toContain('ssh-ed25519 AAAA ingot-build');
    expect(parse(readFileSync(join(job.workDir, 'seed/meta-data'), 'utf8'))).toMatchObject({ 'instance-id': `ingot-${job.workspace.runId}-configure` });
  });

  test('packs the payload with the script that powers off, in a fixed order', async () => {
    const { host, packed, bake } = inVm('configure');
    await bake();
    expect(packed).toEqual(expect.arrayContaining(['layer', 'power-off.sh']));
    expect(host.commands.find((command) => command.startsWith('tar'))).toContain('--sort=name');
  });

  test('keeps the serial console beside the run’s logs', async () => {
    const { job, bake } = inVm('packages');
    await bake();
    expect(readFileSync(join(job.workDir, 'packer/image.pkr.hcl'), 'utf8')).toContain(`file:${join(job.workspace.logDir, 'packages.serial.log')}`);
  });

  test.each<[HostFacts['accelerator'], string]>([
    ['kvm', '10m'],
    ['tcg', '60m'],
  ])('waits for a guest with %s for %s', async (accelerator, limit) => {
    const { settings, bake } = inVm('configure', { accelerator });
    await bake();
    expect([settings.get('ssh_timeout'), settings.get('shutdown_timeout')]).toEqual([limit, limit]);
  });

  test('a machine that went off without having been sealed is no image', async () => {
    const { job, bake } = inVm('sealed', {}, 'ingot: step x failed with 1');
    await expect(bake()).rejects.toMatchObject({ code: 'BAKE_FAILED', details: expect.arrayContaining(['ingot: step x failed with 1']) });
    expect(existsSync(job.partialPath)).toBe(false);
  });

  test('the seal runs while the machine goes down: nothing may write after it', async () => {
    const hclOf = async (name: LayerName): Promise<string> => {
      const { job, bake } = inVm(name);
      await bake();
      return readFileSync(join(job.workDir, 'packer/image.pkr.hcl'), 'utf8');
    };
    expect(await hclOf('configure')).toContain('run-layer.sh');
    expect(await hclOf('sealed')).not.toContain('run-layer.sh');
    expect(await hclOf('sealed')).toContain('power-off.sh');
  });

  test('writes the template that this Packer understands', async () => {
    const older = inVm('configure', { packerVersion: '1.6.6' });
    await older.bake();
    expect(readdirSync(join(older.job.workDir, 'packer'))).toEqual(['image.pkr.hcl']);
    const newer = inVm('configure', { packerVersion: '1.11.2' });
    await newer.bake();
    expect(readdirSync(join(newer.job.workDir, 'packer')).toSorted()).toEqual(['image.pkr.hcl', 'plugins.pkr.hcl']);
    expect(newer.host.commands).toContain('packer plugins installed');
  });

  test('works with a cache on another disk than the run', async () => {
    const { host, job, bake } = inVm('configure');
    const rename = (from: string, to: string): Promise<void> =>
      from.startsWith(job.workspace.runDir) && to.startsWith(job.workspace.cacheDir)
        ? Promise.reject(Object.assign(new Error('EXDEV: cross-device link not permitted'), { code: 'EXDEV' }))
        : host.files.rename(from, to);
    await bake({ ...host, files: { ...host.files, rename } });
    expect(readFileSync(job.partialPath, 'utf8')).toBe('layer');
  });
});
