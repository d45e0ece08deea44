import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { LAUNCH_TARGETS } from '../../scripts/plan/launch-targets.ts';
import { COMMANDS_FILE, renderLaunchFiles, renderPasted } from '../../scripts/render/launch-files.ts';
import { fakeHost } from '../support/fake-host.ts';
import { launchSample } from '../support/launch-sample.ts';

const PROGRAMS = ['npm', 'qemu-img', 'xorriso', 'virsh', 'openstack', 'terraform', 'pvesh', 'qm', 'aws', 'virtctl', 'kubectl', 'cp', 'install'];
const UEFI = { firmware: ['uefi'] } as const;
const SITE = { FLAVOR: 'm1', NETWORK: 'private', BUCKET: 'bucket', INSTANCE_TYPE: 't3.medium' };

/** Runs a script where each program of a cloud is one that only writes down what it was called with; npm makes the disk. */
function rehearse(script: string): { readonly dir: string; readonly calls: readonly (readonly string[])[] } {
  const { dir } = fakeHost();
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  for (const name of PROGRAMS) {
    const act = name === 'npm' ? 'for last; do :; done; : >"$last"' : 'echo made-id';
    writeFileSync(join(bin, name), `#!/bin/sh\n{ printf '%s\\0' ${name} "$@"; printf '\\n\\0'; } >>'${dir}/calls'\n${act}\n`, { mode: 0o755 });
  }
  execFileSync('sh', ['-s'], { cwd: dir, input: script, env: { PATH: `${bin}:/usr/bin:/bin`, ...SITE } });
  const words = readFileSync(join(dir, 'calls'), 'utf8').split('\0');
  const calls: string[][] = [[]];
  for (const word of words.slice(0, -1)) {
    if (word === '\n') calls.push([]);
    else calls.at(-1)?.push(word);
  }
  return { dir, calls: calls.slice(0, -1) };
}

describe.each(LAUNCH_TARGETS)('$id', ({ id, format, files, seed }) => {
  test('pasted, it makes its files exactly, fetches the disk once, and runs to its end', () => {
    const request = launchSample(id);
    const { dir, calls } = rehearse(renderPasted(request));
    const folder = join(dir, 'launch-web-1.demo');
    for (const { path, text } of renderLaunchFiles(request).slice(1)) expect(readFileSync(join(folder, path), 'utf8')).toBe(text);
    const disk = `box-small-tin-1.2-2026.11.22-1.${format === 'vmdk' ? 'vmdk' : 'qcow2'}`;
    expect(readdirSync(folder).toSorted()).toEqual([disk, ...files, ...seed].toSorted());
    expect(calls[0]).toEqual([
      ...['npm', '--prefix', "/srv/it's ingot", 'run', '--silent', 'export', '--', 'box-small-tin-1.2@2026.11.22-1'],
      ...['--store', '/srv/the $STORE', '--format', format, '--out', join(folder, disk)],
    ]);
    expect(calls.length).toBeGreaterThan(1);
  });

  test('as files, the commands are the same', () => {
    const request = launchSample(id);
    const [commands, ...others] = renderLaunchFiles(request);
    expect(commands).toMatchObject({ path: COMMANDS_FILE, mode: 0o700 });
    expect(others.every(({ mode }) => mode === 0o600)).toBe(true);
    const body = (commands?.text ?? '').split(/^set -eu$/m)[1]?.trim() ?? 'none';
    expect(body.length).toBeGreaterThan(100);
    for (const line of body.split('\n')) expect(renderPasted(request)).toContain(line);
  });
});

test('the machine has the size of the profile, and never a disk smaller than the image', () => {
  const small = launchSample('proxmox', { diskGiB: 2 });
  const { calls } = rehearse(renderPasted(small));
  expect(calls.find(([program, verb]) => program === 'qm' && verb === 'create')).toEqual(
    expect.arrayContaining(['--cores', '2', '--memory', '4096', '--name', 'web-1-demo']),
  );
  expect(calls.find(([, verb]) => verb === 'disk')).toEqual(['qm', 'disk', 'resize', 'made-id', 'scsi0', '20G']);
});

test('each firmware is said in the words of the place', () => {
  expect(renderPasted(launchSample('aws', UEFI))).toContain("--boot-mode 'uefi'");
  expect(renderPasted(launchSample('aws'))).toContain("--boot-mode 'legacy-bios'");
  expect(renderPasted(launchSample('libvirt', UEFI))).toContain('<os firmware="efi">');
  expect(renderPasted(launchSample('kubevirt', UEFI))).toContain('secureBoot: false');
});

test('what is asked of AWS arrives as one word each, with its braces', () => {
  const { calls } = rehearse(renderPasted(launchSample('aws')));
  const words = calls.flat();
  expect(words).toContain('Format=vmdk,UserBucket={S3Bucket=bucket,S3Key=box-small-tin-1.2-2026.11.22-1.vmdk}');
  expect(words).toContain('DeviceName=/dev/xvda,Ebs={SnapshotId=made-id,VolumeSize=50,VolumeType=gp3,DeleteOnTermination=true}');
  expect(words).toContain('ResourceType=instance,Tags=[{Key=Name,Value=web-1.demo},{Key=ingot:release,Value=box-small-tin-1.2@2026.11.22-1}]');
});

test('a machine that starts from a containerDisk names it by its digest, and nothing is exported or uploaded', () => {
  const containerDisk = `registry.test/vms@sha256:${'ef'.repeat(32)}`;
  const request = launchSample('kubevirt', { containerDisk });
  const { dir, calls } = rehearse(renderPasted(request));
  expect(calls.map(([program, ...words]) => [program, words[0]])).toEqual([
    ['kubectl', 'create'],
    ['kubectl', 'apply'],
  ]);
  const folder = join(dir, 'launch-web-1.demo');
  expect(readdirSync(folder).toSorted()).toEqual(['user-data', 'vm.yaml']);
  const machine = readFileSync(join(folder, 'vm.yaml'), 'utf8');
  expect(machine).toContain(`containerDisk:\n            image: "${containerDisk}"\n`);
  expect(machine).not.toContain('persistentVolumeClaim');
  expect(machine).toContain('gone when it is stopped');
});

test('where the disk is uploaded, one line tells of the containerDisk', () => {
  const said = renderPasted(launchSample('kubevirt'));
  expect(said).toContain('persistentVolumeClaim:\n            claimName: "web-1.demo"\n');
  expect(said.split('\n').filter((line) => line.includes('--container-disk'))).toHaveLength(1);
  expect(renderPasted(launchSample('libvirt'))).not.toContain('--container-disk');
});
