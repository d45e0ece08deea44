import { expect, test } from 'vitest';
import type { WantedGrade } from '../../scripts/model/grading.ts';
import { gradeBooted } from '../../scripts/stages/grade-booted.ts';
import { contextOf, fakeGuest } from '../support/fake-guest.ts';
import { fakeHost, type Answer } from '../support/fake-host.ts';

const want = (grader: WantedGrade['grader']): WantedGrade => ({ id: `the-${grader}`, title: grader, grader, goal: 0 });

function ask(wanted: readonly WantedGrade[], answers: readonly Answer[]) {
  const host = fakeHost([...answers, { command: /ssh .* while state=\$\(systemctl is-system-running --wait\)/, stdout: 'running\n' }]);
  const guest = {
    ...fakeGuest(host),
    hostPorts: new Map([
      [22, 40_022],
      [443, 40_443],
    ]),
  };
  return { host, answers: gradeBooted.run({ wanted, guest, gradersDir: host.dir, scratchDir: host.dir, slowness: 1 }, contextOf(host)) };
}

test('strangers are asked at the forwarded ports, the audit of SSH last', async () => {
  const { host, answers } = ask(
    [want('ssh-audit'), want('nmap')],
    [
      {
        command: 'nmap',
        stdout: '|_  least strength: A\nNmap done: 1 IP address\n',
      },
      { command: 'python3 -m ssh_audit', exitCode: 3, stdout: '{"kex":[{"algorithm":"old","notes":{"fail":["broken"]}}]}' },
    ],
  );
  expect((await answers).get('the-ssh-audit')).toMatchObject({ score: 1 });
  expect((await answers).get('the-nmap')).toMatchObject({ score: 0 });
  expect(host.commands.filter((line) => !line.startsWith('ssh ')).map((line) => line.split(' ')[0])).toEqual(['nmap', 'python3']);
  expect(host.commands.at(-1)).toContain('-p 40022 127.0.0.1');
});

test('a server is asked for its ways to log in by trying none, without a key', async () => {
  const { host, answers } = ask(
    [want('openssh')],
    [{ command: /^ssh .*PreferredAuthentications=none/, exitCode: 255, stderr: 'debug1: Authentications that can continue: publickey,password\r\n' }],
  );
  expect((await answers).get('the-openssh')).toMatchObject({ score: 1, failed: [{ rule: 'ssh-auth-password', title: 'SSH offers the method password' }] });
  expect(host.commands.at(-1)).not.toContain(' -i ');
});

test('lynis is pushed into the running guest, and nowhere else', async () => {
  const { host, answers } = ask(
    [want('lynis')],
    [
      { command: 'tar -czf', effect: ([, , path = '']) => host.files.writeUnsynced(path, 'bundle') },
      { command: /ssh .*base64 -d/ },
      { command: /ssh .*lynis audit system/, stdout: 'hardening_index=91\n' },
    ],
  );
  expect((await answers).get('the-lynis')).toMatchObject({ score: 91 });
});

test('a grader that ran out of time has no score', async () => {
  const { answers } = ask([want('nmap')], [{ command: 'nmap', timedOut: true, stdout: 'Nmap done: 0\n' }]);
  expect((await answers).get('the-nmap')).toMatchObject({ score: null, detail: 'it did not come to its end in time' });
});

test('one that could not begin says why', async () => {
  const { answers } = ask([want('ssh-audit')], [{ command: 'python3', exitCode: 1, stderr: 'No module named ssh_audit\n' }]);
  expect((await answers).get('the-ssh-audit')).toMatchObject({ score: null, detail: 'ssh-audit gave no JSON: No module named ssh_audit' });
});
