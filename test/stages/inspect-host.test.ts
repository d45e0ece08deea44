import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { inspectHost } from '../../scripts/stages/inspect-host.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';

/** A host whose PATH has these programs and nothing of this machine is asked for a version. */
function hostWith(programs: readonly string[], answers: readonly Answer[]): FakeHost {
  const env: Record<string, string> = {};
  const host = fakeHost(answers, { env });
  const bin = join(host.dir, 'bin');
  mkdirSync(bin);
  for (const name of programs) {
    writeFileSync(join(bin, name), '');
    chmodSync(join(bin, name), 0o755);
  }
  env['PATH'] = `relative:${bin}`;
  return host;
}

const anything: Answer = { command: /.*/, stdout: 'some tool 99.1.2 (yes)' };

test('looks before it runs, finds programs by PATH, and reads versions wherever they are printed', async () => {
  const host = hostWith(
    ['packer', 'ssh'],
    [
      { command: /\/packer --version$/, stdout: 'Packer v1.6.6\n' },
      { command: /\/ssh -V$/, stderr: 'OpenSSH_9.2p1 Debian-2, OpenSSL 3.0.19 27 Jan 2026' },
      anything,
    ],
  );
  const { requirements } = await inspectHost(host, { needs: ['vm'], dir: host.dir, versions: 'all' });
  const stateOf = (id: string): (typeof requirements)[number] | undefined => requirements.find((state) => state.id === id);
  expect(stateOf('packer')).toMatchObject({ status: 'present', version: '1.6.6', path: join(host.dir, 'bin/packer') });
  expect(stateOf('ssh')).toMatchObject({ status: 'present', version: '9.2' });
  expect(host.commands.some((line) => line.includes('relative'))).toBe(false);
});

test('at the start of a bake, only versions that decide something are asked for', async () => {
  const host = hostWith(['packer', 'ssh', 'xorriso'], [anything]);
  await inspectHost(host, { needs: ['vm'], dir: host.dir, versions: 'needed' });
  expect(host.commands.filter((line) => /\/(ssh|xorriso) /.test(line))).toEqual([]);
  expect(host.commands.some((line) => line.endsWith('/packer --version'))).toBe(true);
});

test('a program that cannot say its version is there all the same', async () => {
  const host = hostWith(['packer'], [{ command: /\/packer/, exitCode: 1, stderr: 'broken' }, anything]);
  const { requirements } = await inspectHost(host, { needs: ['vm'], dir: host.dir, versions: 'all' });
  expect(requirements.find(({ id }) => id === 'packer')).toMatchObject({ status: 'present', version: null });
});

test('the disk is measured where the cache will lie, also before the folder exists', async () => {
  const host = hostWith([], [anything]);
  const report = await inspectHost(host, { needs: [], dir: join(host.dir, 'not/yet/there'), versions: 'all' });
  expect(report.freeDiskMiB).toBeGreaterThan(0);
  expect(report.availableMemoryMiB).toBeGreaterThan(0);
});
