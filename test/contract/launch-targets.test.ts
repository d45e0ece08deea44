import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { LAUNCH_TARGETS } from '../../scripts/plan/launch-targets.ts';
import { renderLaunchFiles, renderPasted } from '../../scripts/render/launch-files.ts';
import { fakeHost } from '../support/fake-host.ts';
import { launchSample } from '../support/launch-sample.ts';
import { typeErrorsOf } from '../support/type-errors.ts';

const CONTAINER_DISK = `registry.test:5000/team/vms@sha256:${'ef'.repeat(32)}`;
const FIRMWARE = [['bios', 'uefi'], ['uefi']] as const;

function run(program: string, args: readonly string[], input = ''): { readonly status: number | null; readonly said: string } {
  const { status, stdout, stderr, error } = spawnSync(program, args, { input, encoding: 'utf8', env: { ...process.env, CHECKPOINT_DISABLE: '1' } });
  return { status, said: `${error?.message ?? ''}${stdout}${stderr}` };
}

function fileOf(target: string, name: string, firmware: (typeof FIRMWARE)[number], containerDisk?: string): string {
  return (
    renderLaunchFiles(launchSample(target, { firmware, ...(containerDisk === undefined ? {} : { containerDisk }) })).find(({ path }) => path === name)?.text ??
    ''
  );
}

const WAYS = [...LAUNCH_TARGETS.map(({ id }) => ({ id })), { id: 'kubevirt', containerDisk: CONTAINER_DISK }];

describe.each(WAYS)('what is printed for $id $containerDisk', ({ id, ...pulled }) => {
  test('is shell that shellcheck has nothing against', () => {
    const request = launchSample(id, pulled);
    const scripts = [renderPasted(request), renderLaunchFiles(request)[0]?.text ?? ''];
    // SC2016 wonders at a dollar in single quotes: there is one in a name on purpose.
    for (const script of scripts) expect(run('shellcheck', ['--shell=sh', '--exclude=SC2016', '-'], script)).toEqual({ status: 0, said: '' });
  });
});

describe.each(FIRMWARE)('on a machine with %s', (...kinds) => {
  const firmware = kinds as unknown as (typeof FIRMWARE)[number];

  test('libvirt takes its domain', () => {
    const path = join(fakeHost().dir, 'domain.xml');
    writeFileSync(path, fileOf('libvirt', 'domain.xml', firmware));
    expect(run('virt-xml-validate', [path, 'domain'])).toMatchObject({ status: 0 });
    writeFileSync(path, fileOf('libvirt', 'domain.xml', firmware).replace('<vcpu>2<', '<vcpu>two<'));
    expect(run('virt-xml-validate', [path, 'domain']).status).not.toBe(0);
  });

  test('Terraform’s language is what HashiCorp’s own parser reads and would write', () => {
    const text = fileOf('terraform', 'main.tf', firmware);
    const path = join(fakeHost().dir, 'main.pkr.hcl');
    writeFileSync(path, text);
    expect(run('packer', ['fmt', '-check', '-diff', path])).toEqual({ status: 0, said: '' });
    writeFileSync(path, text.replace(/\}\s*$/, ''));
    expect(run('packer', ['fmt', '-check', path]).status).not.toBe(0);
  });

  test('KubeVirt’s own types know each field of its machine', () => {
    const machine: unknown = parse(fileOf('kubevirt', 'vm.yaml', firmware));
    expect(typeErrorsOf({ type: 'V1VirtualMachine', from: '@kubevirt-ui-ext/kubevirt-api/kubevirt', value: machine })).toBe('');
    const wrong = JSON.parse(JSON.stringify(machine).replace('"masquerade"', '"masquarade"')) as unknown;
    expect(typeErrorsOf({ type: 'V1VirtualMachine', from: '@kubevirt-ui-ext/kubevirt-api/kubevirt', value: wrong })).toContain('masquarade');
  });

  test('and of one that starts from a containerDisk', () => {
    const machine = parse(fileOf('kubevirt', 'vm.yaml', firmware, CONTAINER_DISK)) as { spec: { template: { spec: { volumes: readonly unknown[] } } } };
    expect(machine.spec.template.spec.volumes[0]).toEqual({ name: 'root', containerDisk: { image: CONTAINER_DISK } });
    expect(typeErrorsOf({ type: 'V1VirtualMachine', from: '@kubevirt-ui-ext/kubevirt-api/kubevirt', value: machine })).toBe('');
    const wrong = JSON.parse(JSON.stringify(machine).replace('"image"', '"imagine"')) as unknown;
    expect(typeErrorsOf({ type: 'V1VirtualMachine', from: '@kubevirt-ui-ext/kubevirt-api/kubevirt', value: wrong })).toContain('imagine');
  });
});
