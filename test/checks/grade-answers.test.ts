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

describe('nmap', () => {
  const output = (methods: readonly string[], grade: string): string =>
    [
      '| ssh-auth-methods:',
      '|   Supported authentication methods: ',
      ...methods.map((name, at) => (at === methods.length - 1 ? `|_    ${name}` : `|     ${name}`)),
      `|_  least strength: ${grade}`,
      'Nmap done: 1 IP address',
      '',
    ].join('\n');

  test('a key alone and strong ciphers alone are no finding', () => {
    expect(READERS.nmap(output(['publickey'], 'A'))).toMatchObject({ score: 0, detail: 'SSH offers publickey; weakest cipher of TLS: A' });
  });

  test('every other way in is one, and so is a weak cipher', () => {
    expect(READERS.nmap(output(['publickey', 'password'], 'C')).failed.map(({ rule: name }) => name)).toEqual(['ssh-auth-password', 'ssl-least-strength']);
  });

  test('a scan that was cut off proves nothing', () => {
    expect(READERS.nmap('Starting Nmap')).toMatchObject({ score: null });
    expect(READERS.nmap('Nmap done: 1 IP address\n')).toMatchObject({ score: null, detail: 'nmap met no SSH server' });
  });
});
