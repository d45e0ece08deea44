import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';
import { runInstances } from '../support/instance-runs.ts';
import { scratchDir } from './run-bash.ts';

const FULL = `domain: app.example.com
alternative_domains: [www.example.com, app.example.com]
letsencrypt: { email: admin@example.com, directory_url: 'https://10.0.0.1:14000/dir' }
admin_cidrs: [203.0.113.7, '2001:DB8::/32', 203.0.113.7/32]
internal_range: 10.20.0.0/16
database: { host: db.internal, port: 5433, name: a, user: b, password: secret-of-db }
backup: { target: s3://bucket-x/pre, endpoint: 'https://s3.example.com', region: eu-1, access_key_id: AKIA123, secret_access_key: abc/+=def, keep_days: 7 }
backends: [10.0.0.1, '10.0.0.2:8443', '[fd00::1]:443']
load_balancer: haproxy
workers: auto
exporters: internal
`;

test('a full file arrives as variables and files of secrets, for root alone', () => {
  const [run] = runInstances([FULL]);
  expect(run?.said).toBe('');
  expect(run?.values).toMatchObject({
    INSTANCE_DOMAIN: 'app.example.com',
    INSTANCE_ALTERNATIVE_DOMAINS: 'www.example.com',
    INSTANCE_ADMIN_CIDRS: '203.0.113.7/32 2001:db8::/32',
    INSTANCE_DATABASE_PORT: '5433',
    INSTANCE_DATABASE_PASSWORD_FILE: `${run?.dir}/out/database-password`,
    INSTANCE_BACKUP_CREDENTIALS_FILE: `${run?.dir}/out/backup-credentials`,
    INSTANCE_BACKENDS: '10.0.0.1 10.0.0.2:8443 [fd00::1]:443',
    INSTANCE_WORKERS: 'auto',
  });
  expect(run?.written).toEqual({
    'instance.env': { mode: 0o600, text: expect.not.stringMatching(/secret-of-db|abc\/\+=def/) as string },
    'database-password': { mode: 0o600, text: 'secret-of-db\n' },
    'backup-credentials': { mode: 0o600, text: '[default]\naws_access_key_id = AKIA123\naws_secret_access_key = abc/+=def\n' },
  });
});

const GOOD = [
  '# nothing\n',
  '\uFEFFdomain: a.example.com\n',
  'workers: 3\n',
  'admin_cidrs: ["::1", 0.0.0.0/0]\n',
  'internal_range: fd00:20::/48\n',
  'backends: ["[::1]"]\n',
];
const goodRuns = runInstances(GOOD);
test.each(GOOD.map((text, index) => ({ text, run: goodRuns[index] })))('$text is taken', ({ run }) => {
  expect(run).toMatchObject({ ok: true, said: '' });
});

const BAD: readonly (readonly [string, RegExp])[] = [
  ['domian: x\n', /line 1: domian: unknown key; did you mean domain\?/],
  ['domain: yes\n', /domain: expected a text, found true; put it in 'quotes'/],
  ['domain: "app.example.com\\n"\n', /domain: .* does not have the right form/],
  ['domain: https://app.example.com\n', /domain: "https:\/\/app\.example\.com" does not have the right form/],
  ['domain:\n', /domain: expected a text, found nothing/],
  ['domain: a.example.com\ndomain: b.example.com\n', /line 2: domain: this key is here twice \(first in line 1\)/],
  ['alternative_domains: [a.example.com]\n', /alternative_domains: needs domain/],
  ['admin_cidrs: []\n', /admin_cidrs: the list is empty/],
  ['admin_cidrs: [10.0.0.5/8]\n', /admin_cidrs\[0\]: .*write 10\.0\.0\.0\/8 for the range or 10\.0\.0\.5\/32/],
  ['admin_cidrs: ["1:2:3/8"]\n', /admin_cidrs\[0\]: "1:2:3\/8" is not an address/],
  ['internal_range: 0.0.0.0/0\n', /internal_range: .*no wider than \/8/],
  ['exporters: internal\n', /exporters: internal needs internal_range/],
  ['exporters: internl\n', /did you mean internal\?/],
  ['workers: 0\n', /workers: 0 is less than 1/],
  ['database: { host: 10.0.0.256 }\n', /database\.host: "10\.0\.0\.256" is not an address/],
  ['database: { port: "5432" }\n', /database\.port: expected a whole number, found "5432"/],
  ['database: { password_file: /nowhere/at/all }\n', /password_file: \/nowhere\/at\/all is not there/],
  ['database: { password_file: ../x }\n', /password_file: .*absolute path/],
  ['backup: { target: s3://bucket }\n', /backup: target needs access_key_id/],
  ['backends: ["10.0.0.1:99999"]\n', /backends\[0\]: port 99999 is not a port/],
  ['a: &a [x]\nadmin_cidrs: *a\n', /anchors and aliases/],
  ['[a, b]\n', /expected keys with values/],
  ['a: b\n---\nc: d\n', /not valid YAML/],
  [`domain: "${'a'.repeat(70000)}"\n`, /larger than 64 KiB/],
  [`${'['.repeat(30000)}\n`, /nested too deeply/],
];
const badRuns = runInstances(BAD.map(([text]) => text));
test.each(BAD.map(([text, reason], index) => ({ text: text.slice(0, 60), reason, run: badRuns[index] })))('$text is refused: $reason', ({ reason, run }) => {
  expect(run?.said).toMatch(reason);
  expect(run?.said).toMatch(/instance\.yaml has \d+ problems?; nothing was changed:\n/);
  expect(run).toMatchObject({ ok: false, written: {} });
});

test('bytes that are not UTF-8 are refused', () => {
  expect(runInstances([Uint8Array.of(0x61, 0x3a, 0xff)])[0]?.said).toMatch(/not text in UTF-8/);
});

test('all problems are said at once', () => {
  const [run] = runInstances(['domian: x\nworkers: 0\nadmin_cidrs: [1.2.3.4/8, x]\ndatabase: { port: 0, name: "1" }\nexporters: internal\n']);
  expect(run?.said).toContain('has 7 problems');
});

test('a secret is never repeated, however wrong it is', () => {
  const secret = 'hunter2hunter2';
  const written = [
    `'${secret}\\n`,
    `*${secret}`,
    `!${secret} x`,
    `{ ${secret}: x }`,
    `[${secret}]`,
    `"\\${secret}"`,
    `"${secret}\\n"`,
    `'${secret}${'x'.repeat(600)}'`,
    `@${secret}`,
  ];
  const texts = written.flatMap((value) => [
    `database:\n  password: ${value}\n`,
    `backup:\n  secret_access_key: ${value}\n`,
    `database: { password:${value} }\n`,
  ]);
  const runs = runInstances(texts);
  expect(runs.filter(({ ok }) => ok)).toEqual([]);
  expect(runs.filter(({ said }) => said.includes(secret)).map(({ said }) => said)).toEqual([]);
});

test('hostile passwords are carried as they are or refused, and run nothing', () => {
  const runs = runInstances(HOSTILE_STRINGS.map((text) => `database: { password: ${JSON.stringify(text)} }\n`));
  for (const [index, run] of runs.entries()) {
    const text = HOSTILE_STRINGS[index] ?? '';
    if (run.ok) expect(run.written['database-password']?.text).toBe(`${text}\n`);
    else expect(run.written).toEqual({});
  }
  expect(runs.filter(({ ok }) => ok).length).toBeGreaterThan(5);
});

test('hostile values of other keys are refused, unless they are plain words', () => {
  const keys = ['domain', 'internal_range', 'load_balancer', 'workers', 'exporters'];
  const nested = [
    'database: { host: V }',
    'database: { user: V }',
    'backup: { region: V, target: V }',
    'admin_cidrs: [V]',
    'backends: [V]',
    'letsencrypt: { email: V }',
  ];
  const texts = HOSTILE_STRINGS.filter((text) => !/^[\w.-]+$/.test(text)).flatMap((text) =>
    [...keys.map((key) => `${key}: V\n`), ...nested.map((line) => `${line}\n`)].map((line) => line.replaceAll('V', () => JSON.stringify(text))),
  );
  const taken = runInstances(texts).flatMap(({ ok, values }, index) => (ok ? [[texts[index], values]] : []));
  expect(taken).toEqual([]);
}, 60_000);

test('files that instance data names are looked into', () => {
  const dir = scratchDir();
  writeFileSync(join(dir, 'password'), 'short\n');
  writeFileSync(join(dir, 'keys'), '[other]\naws_access_key_id = a\n');
  writeFileSync(join(dir, 'good'), 'long enough\nsecond line\n', { mode: 0o600 });
  const [bad, good] = runInstances([
    `database: { password_file: ${dir}/password }\nbackup: { target: s3://bucket, credentials_file: ${dir}/keys }\n`,
    `database: { password_file: ${dir}/good }\n`,
  ]);
  expect(bad?.said).toMatch(/first line of .* is not a password[^]*needs a section \[default\]/);
  expect(good?.values['INSTANCE_DATABASE_PASSWORD_FILE']).toBe(`${dir}/good`);
});
