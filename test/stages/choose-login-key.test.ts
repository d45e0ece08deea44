import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Event } from '../../scripts/model/event.ts';
import { chooseLoginKey, type LoginKey } from '../../scripts/stages/choose-login-key.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';

const KEY = 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIKc0nfQ1m me@example';
const OPENS = { command: 'ssh-keygen -y', stdout: `${KEY}\n` };
const HAS_PASSPHRASE = { command: 'ssh-keygen -y', exitCode: 255, stderr: 'incorrect passphrase' };

function hostWith(files: Readonly<Record<string, string>>, answers: Parameters<typeof fakeHost>[0] = []): FakeHost {
  const host = fakeHost(answers);
  mkdirSync(join(host.dir, '.ssh'));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(host.dir, name), text);
  return host;
}

function choose(host: FakeHost, name?: string, events: Event[] = []): Promise<LoginKey> {
  return runStage({ host, say: (event) => events.push(event) }, chooseLoginKey, {
    sshKeyPath: name === undefined ? undefined : join(host.dir, name),
    dir: host.dir,
  });
}

describe('chooseLoginKey', () => {
  test('a private key without a passphrase and without its public half beside it', async () => {
    const host = hostWith({ mine: 'private' }, [OPENS]);
    expect(await choose(host, 'mine')).toEqual({ publicKey: KEY, keyPath: join(host.dir, 'mine'), usable: true });
    expect(host.commands).toEqual([`ssh-keygen -y -P  -f ${join(host.dir, 'mine')}`]);
  });

  test('a private key with a passphrase: the public half beside it is used, nobody but a person can log in', async () => {
    const host = hostWith({ mine: 'private', 'mine.pub': KEY }, [HAS_PASSPHRASE]);
    expect(await choose(host, 'mine')).toEqual({ publicKey: KEY, keyPath: join(host.dir, 'mine'), usable: false });
  });

  test('a public key whose private half is elsewhere, as in an agent', async () => {
    const host = hostWith({ 'mine.pub': `# comment\n${KEY}\n` });
    expect(await choose(host, 'mine.pub')).toEqual({ publicKey: KEY, keyPath: join(host.dir, 'mine.pub'), usable: false });
  });

  test('without a wish: ed25519 before ecdsa before rsa', async () => {
    const host = hostWith({ '.ssh/id_rsa.pub': KEY, '.ssh/id_ecdsa.pub': KEY, '.ssh/id_ecdsa': 'private' }, [OPENS]);
    expect((await choose(host)).keyPath).toBe(join(host.dir, '.ssh', 'id_ecdsa'));
  });

  test('without any key a pair is made for this VM, and that is said', async () => {
    const events: Event[] = [];
    const host = fakeHost([{ command: 'ssh-keygen -q', effect: (argv) => writeFileSync(`${argv.at(-1)}.pub`, `${KEY}\n`) }]);
    expect(await choose(host, undefined, events)).toEqual({ publicKey: KEY, keyPath: join(host.dir, 'id_ed25519'), usable: true });
    expect(events).toContainEqual({ type: 'note', message: expect.stringContaining('made one for this VM alone') });
  });

  test.each<readonly [string, Readonly<Record<string, string>>, string]>([
    ['a file that is not there', {}, 'no such file'],
    ['a private key with a passphrase and no public half', { mine: 'private' }, 'passphrase'],
    ['two keys', { mine: 'private', 'mine.pub': `${KEY}\n${KEY}\n` }, 'not one OpenSSH public key'],
    ['a key with options before it', { mine: 'private', 'mine.pub': `command="reboot" ${KEY}\n` }, 'not one OpenSSH public key'],
    ['a key whose comment holds a control character', { mine: 'private', 'mine.pub': `${KEY}\u001b[2J\n` }, 'not one OpenSSH public key'],
    ['something else', { mine: 'private', 'mine.pub': 'runcmd: [reboot]' }, 'not one OpenSSH public key'],
    ['an empty file', { mine: 'private', 'mine.pub': '' }, 'not one OpenSSH public key'],
  ])('refuses %s', async (_, files, reason) => {
    await expect(choose(hostWith(files, [HAS_PASSPHRASE]), 'mine')).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining(reason) });
  });
});
