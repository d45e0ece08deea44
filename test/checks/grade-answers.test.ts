import { describe, expect, test } from 'vitest';
import { READERS } from '../../scripts/checks/grade-answers.ts';

const rule = (name: string, result: string): string => `xccdf_org.ssgproject.content_rule_${name}|Title of ${name}|${result}`;

describe('OpenSCAP', () => {
  test('the share of the rules that apply, and those that are not met', () => {
    const text = [
      '---evaluation',
      rule('a', 'pass'),
      rule('b', 'pass'),
      rule('c', 'pass'),
      rule('d', 'fail'),
      rule('e', 'notapplicable'),
      rule('f', 'unknown'),
    ].join('\n');
    expect(READERS.openscap(text)).toEqual({
      score: 75,
      detail: '3 rules pass, 1 fail; 1 do not apply, 1 cannot be told offline',
      failed: [{ rule: 'd', title: 'Title of d' }],
    });
  });

  test('a run in which no rule was answered has no score, though none failed', () => {
    expect(READERS.openscap(rule('a', 'notapplicable'))).toMatchObject({ score: null });
    expect(READERS.openscap('')).toMatchObject({ score: null });
  });
});

test('exposure is the level that systemd-analyze ends with', () => {
  expect(READERS.exposure('→ Overall exposure level for nginx.service: 2.4 OK\n')).toMatchObject({ score: 2.4, detail: 'of 10, for nginx.service' });
  expect(READERS.exposure('Unit x.service not found.\n')).toMatchObject({ score: null, detail: 'the disk has no such unit' });
});

test('lynis: its index, its warnings and suggestions', () => {
  const text = 'warning[]=NETW-2705|no nameserver|-|-|\nhardening_index=93\nsuggestion[]=KRNL-6000|Tweak sysctl|-|-|\n';
  expect(READERS.lynis(text)).toEqual({
    score: 93,
    detail: '1 warnings, 1 suggestions',
    failed: [
      { rule: 'NETW-2705', title: 'warning: no nameserver' },
      { rule: 'KRNL-6000', title: 'suggestion: Tweak sysctl' },
    ],
  });
  expect(READERS.lynis('suggestion[]=X|y|')).toMatchObject({ score: null });
});

test('ssh-audit: every note that fails or warns', () => {
  const document = {
    kex: [
      { algorithm: 'old', notes: { fail: ['broken'], info: ['since 1.0'] } },
      { algorithm: 'new', notes: {} },
    ],
    enc: [{ algorithm: 'cbc', notes: { warn: ['weak'] } }],
  };
  expect(READERS['ssh-audit'](JSON.stringify(document))).toEqual({
    score: 2,
    detail: '1 fail, 1 warn, of 3 algorithms',
    failed: [
      { rule: 'old', title: 'fail: broken' },
      { rule: 'cbc', title: 'warn: weak' },
    ],
  });
  expect(READERS['ssh-audit']('connection refused')).toMatchObject({ score: null });
});

test('testssl: findings from LOW on; one that stopped has no score', () => {
  const finding = (id: string, severity: string) => ({ id, severity, finding: `about ${id}` });
  expect(READERS.testssl(JSON.stringify([finding('a', 'OK'), finding('b', 'HIGH'), finding('c', 'INFO'), finding('d', 'LOW')]))).toMatchObject({
    score: 2,
    failed: [
      { rule: 'b', title: 'HIGH: about b' },
      { rule: 'd', title: 'LOW: about d' },
    ],
  });
  expect(READERS.testssl(JSON.stringify([finding('scanProblem', 'FATAL')]))).toMatchObject({ score: null, detail: 'testssl stopped: about scanProblem' });
});

describe('OpenSSH', () => {
  const offers = (methods: string): string => `debug1: Next authentication method: none\ndebug1: Authentications that can continue: ${methods}\r\n`;

  test('a key alone is no finding', () => {
    expect(READERS.openssh(offers('publickey'))).toMatchObject({ score: 0, detail: 'SSH offers publickey' });
  });

  test('every other way in is one', () => {
    expect(READERS.openssh(offers('publickey,password,keyboard-interactive')).failed.map(({ rule: name }) => name)).toEqual([
      'ssh-auth-password',
      'ssh-auth-keyboard-interactive',
    ]);
  });

  test.each(['debug1: Authentication succeeded (none).\r\n', 'Authenticated to 127.0.0.1 ([127.0.0.1]:22) using "none".\r\n'])(
    'being let in with nothing is one: %s',
    (line) => {
      expect(READERS.openssh(line)).toMatchObject({ score: 1, failed: [{ rule: 'ssh-auth-none' }] });
    },
  );

  test('a server that never answered proves nothing', () => {
    expect(READERS.openssh('ssh: connect to host 127.0.0.1 port 22: Connection refused\r\n')).toMatchObject({ score: null });
  });
});

describe('nmap', () => {
  const output = (grade: string): string => `|_  least strength: ${grade}\nNmap done: 1 IP address\n`;

  test('strong ciphers alone are no finding, a weak one is', () => {
    expect(READERS.nmap(output('A'))).toMatchObject({ score: 0, detail: 'weakest cipher of TLS: A' });
    expect(READERS.nmap(output('C')).failed.map(({ rule: name }) => name)).toEqual(['ssl-least-strength']);
  });

  test('a scan that was cut off, or met no server, proves nothing', () => {
    expect(READERS.nmap('Starting Nmap')).toMatchObject({ score: null });
    expect(READERS.nmap('Nmap done: 1 IP address\n')).toMatchObject({ score: null, detail: 'nmap met no TLS server' });
  });
});
