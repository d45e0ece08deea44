import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { sshOptions } from '../../scripts/tools/ssh.ts';
import { eventually } from '../boot/support/vm-session.ts';
import { enterGuest, OUTSIDE_ADDRESS, type Guest } from './support/guest.ts';

/** The firewall lets an address begin five logins within half a minute: a sixth is refused by it, and says nothing about the ban. */
const BETWEEN_LOGINS_MS = 8000;
const SETTINGS = '/etc/fail2ban/jail.d/zz-life.conf';
/** Another host, with an address of its own, on a network of the guest: what it sends comes in by the firewall. */
const ELSEWHERE = '198.51.100.7';
const GUEST_THERE = '198.51.100.1';
/** Once the ban is there, logs in from elsewhere and writes down from where, and whether the ban was still there afterwards. */
const WITNESS = `set -eu
ip netns add elsewhere
ip link add life0 type veth peer name life1 netns elsewhere
ip address add ${GUEST_THERE}/24 dev life0
ip link set life0 up
ip -n elsewhere address add ${ELSEWHERE}/24 dev life1
ip -n elsewhere link set life1 up
banned() { nft list ruleset | grep -qw '${OUTSIDE_ADDRESS}'; }
touch /run/life/ready
until banned; do sleep 1; done
ip netns exec elsewhere ssh -i /run/life/key -o BatchMode=yes -o StrictHostKeyChecking=no -o UserKnownHostsFile=/dev/null "$1@${GUEST_THERE}" 'echo "$SSH_CONNECTION"' >/run/life/login
banned && echo 'still banned' >>/run/life/login
`;

/** Somebody guesses at SSH. Behind the forwarded ports every stranger has one address: what is banned is all of outside, and the witness is in the guest. */
describe('an address from which somebody guesses', () => {
  let guest: Guest;
  let dir: string;
  let slowMs: number;
  let last: Promise<string> | undefined;

  const page = async (timeoutMs: number): Promise<boolean> => {
    const url = `http://127.0.0.1:${guest.machine.httpPort}/`;
    return (await execa('curl', ['-sS', '-o', '/dev/null', '-m', String(Math.ceil(timeoutMs / 1000)), url], { reject: false })).exitCode === 0;
  };
  const login = async (user: string, keyPath: string, timeoutMs: number): Promise<string> => {
    const argv = [...sshOptions(timeoutMs / 1000), '-i', keyPath, '-p', String(guest.machine.sshPort), '-l', user, '--', '127.0.0.1', 'echo in'];
    return (await execa('ssh', argv, { all: true, reject: false })).all;
  };
  /** One that sshd has really heard. */
  const wrongLogin = (user: string): Promise<void> =>
    eventually(`a refused login of ${user}`, guest.deadlineMs, BETWEEN_LOGINS_MS, async () =>
      (await login(user, join(dir, 'wrong'), guest.deadlineMs)).includes('Permission denied'),
    );
  const jail = async (what: string): Promise<number> => Number(await guest.run(`sudo fail2ban-client status sshd | sed -n "s/.*${what}:[[:space:]]*//p"`));

  beforeAll(async () => {
    guest = await enterGuest();
    dir = await mkdtemp(join(tmpdir(), 'ingot-life-ban-'));
    await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'wrong')]);
    const startMs = performance.now();
    expect(await page(guest.deadlineMs)).toBe(true);
    slowMs = Math.max(10_000, 10 * (performance.now() - startMs));
    // Long enough to look at it from outside, twice; the image's own hour is what the verification checks.
    await guest.put(Buffer.from(`[DEFAULT]\nbantime = ${Math.ceil((6 * slowMs) / 1000)}s\n`), '/tmp/zz-life.conf');
    await guest.run(`sudo install -m 0644 /tmp/zz-life.conf ${SETTINGS} && sudo systemctl reload fail2ban`);
    await guest.put(Buffer.from(WITNESS), '/tmp/witness');
    await guest.run('sudo install -d /run/life && sudo rm -f /run/life/* && sudo ssh-keygen -q -t ed25519 -N "" -C life-witness -f /run/life/key');
    await guest.run('sudo cat /run/life/key.pub >>~/.ssh/authorized_keys');
    await guest.run(`sudo systemd-run --unit life-witness --collect bash /tmp/witness ${guest.machine.user}`);
    await eventually('the host elsewhere', guest.deadlineMs, 1000, async () => (await guest.attempt('test -e /run/life/ready')).exitCode === 0);
  });

  afterAll(async () => {
    await guest?.attempt(`sudo rm -f ${SETTINGS}; sudo systemctl reload fail2ban; sudo fail2ban-client unban --all`);
    await guest?.attempt(
      'sudo systemctl stop life-witness; sudo ip netns delete elsewhere; sudo ip link delete life0; sed -i /life-witness/d ~/.ssh/authorized_keys',
    );
    await guest?.close();
    await rm(dir, { recursive: true, force: true });
  });

  test('four bad logins are heard, and forgiven', async () => {
    const before = await jail('Total failed');
    for (const user of ['admin', 'oracle', 'test', 'ubuntu']) await wrongLogin(user);
    await eventually('four failures', guest.deadlineMs, 1000, async () => (await jail('Total failed')) === before + 4);
    expect(await jail('Currently banned')).toBe(0);
    expect(await page(slowMs)).toBe(true);
  });

  test('the fifth bans it: no port answers it any more, not even with the right key', async () => {
    await guest.hangUp();
    // The ban may come before its answer: it is not waited for.
    last = login('postgres', join(dir, 'wrong'), guest.deadlineMs);
    await eventually('a ban', guest.deadlineMs, 1000, async () => !(await page(slowMs)));
    expect(await login(guest.machine.user, guest.machine.keyPath, slowMs)).not.toContain('in\n');
    expect(await page(slowMs)).toBe(false);
  });

  test('when the ban has ended it is served again', async () => {
    await eventually('the end of the ban', guest.deadlineMs, 1000, () => page(slowMs));
    await last;
    const log = await guest.run(`sudo grep -oE " (Ban|Unban) ${OUTSIDE_ADDRESS}$" /var/log/fail2ban.log | tail -2`);
    expect(log.split('\n').map((line) => line.trim())).toEqual([`Ban ${OUTSIDE_ADDRESS}`, `Unban ${OUTSIDE_ADDRESS}`]);
  });

  test('meanwhile a key that may log in did, from elsewhere', async () => {
    expect(await guest.run('cat /run/life/login')).toMatch(new RegExp(`^${ELSEWHERE} \\d+ ${GUEST_THERE} 22\nstill banned$`));
  });
});
