import { describe, expect, test } from 'vitest';
import { makeSshKey, runOverSsh, sshArgv, sshOptions } from '../../scripts/tools/ssh.ts';
import { fakeHost } from '../support/fake-host.ts';

const target = { port: 40_022, user: 'debian', keyPath: '/w/key', connectTimeoutSeconds: 12.3 };

describe('sshArgv', () => {
  test('logs in with this key only, as this user only', () => {
    const argv = sshArgv(target, 'sudo -n bash -s');
    expect(argv.slice(-9)).toEqual(['-i', '/w/key', '-p', '40022', '-l', 'debian', '--', '127.0.0.1', 'sudo -n bash -s']);
  });

  test("takes nothing from the user's own set-up, and never waits for a person", () => {
    const options = sshOptions(12.3).join(' ');
    for (const option of ['-F /dev/null', 'BatchMode=yes', 'IdentitiesOnly=yes', 'IdentityAgent=none', 'UserKnownHostsFile=/dev/null', 'ConnectTimeout=13'])
      expect(options).toContain(option);
  });

  test('is safe to split at blanks, as probes do with SSH_OPTIONS', () => {
    expect(sshOptions(5).join(' ').split(' ')).toEqual(sshOptions(5));
  });
});

test('a login that fails is a result', async () => {
  const host = fakeHost([{ command: 'ssh ', exitCode: 255, stderr: 'Permission denied (publickey).' }]);
  await expect(runOverSsh(host, target, { command: 'true' })).resolves.toMatchObject({ exitCode: 255, stderr: 'Permission denied (publickey).' });
});

test('a key is made where it is asked for, without a pass phrase, and its public half is given', async () => {
  const host = fakeHost([
    { command: 'ssh-keygen -q -t ed25519 -N  -C ingot -f ', effect: (argv) => host.files.writeText(`${argv.at(-1)}.pub`, 'ssh-ed25519 AAAA ingot\n') },
  ]);
  await expect(makeSshKey(host, `${host.dir}/key`)).resolves.toBe('ssh-ed25519 AAAA ingot');
});
