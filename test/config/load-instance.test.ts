import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { loadInstance } from '../../scripts/config/load-instance.ts';
import { asBakeError, errorText } from '../../scripts/cli/describe-error.ts';

import { fakeHost } from '../support/fake-host.ts';
import { problemsOf } from './project.ts';

const SECRET = 'hunter2';

/** Loads a file with this text. */
function load(text: string | Uint8Array): Promise<string> {
  const host = fakeHost();
  writeFileSync(join(host.dir, 'i.yaml'), text);
  return loadInstance(host, join(host.dir, 'i.yaml'));
}

/** What it is refused with, without the folder. */
async function linesOf(text: string): Promise<readonly string[]> {
  return (await problemsOf(load(text))).map((line) => line.replace(/^.*\/i\.yaml/, 'i.yaml'));
}

describe('what is written well arrives as it was written', () => {
  test.each([
    '{}\n',
    'domain: app.example.com # mine\n',
    "database: {host: 10.77.0.12, password: 'it''s $HOME; `id`'}\n",
    'backends: [10.77.0.11, "10.77.0.12:8443"]\ninternal_range: 10.77.0.0/24\n',
    'workers: auto\nexporters: loopback\n',
    '# domain: app.example.com\n',
    '',
    '\ufeffdomain: app.example.com\r\n',
  ])('%j', async (text) => {
    expect(await load(text)).toBe(text);
  });

  test('through a link as well', async () => {
    const host = fakeHost();
    writeFileSync(join(host.dir, 'real.yaml'), 'domain: app.example.com\n');
    symlinkSync('real.yaml', join(host.dir, 'link.yaml'));
    expect(await loadInstance(host, join(host.dir, 'link.yaml'))).toBe('domain: app.example.com\n');
  });
});

test('every problem at once: where, what, what to do', async () => {
  const lines = await linesOf(
    ['domain: "not a name"', 'databse: {}', 'database:', '  pasword: x', '  port: 99999', 'letsencrypt: {}', 'workers: on', 'admin_cidrs: []'].join('\n'),
  );
  for (const start of [
    'i.yaml:1: domain: the value does not have the right form; ',
    'i.yaml:2: databse: unknown key "databse"; did you mean "database"?',
    'i.yaml:4: database.pasword: unknown key "pasword"; did you mean "password"?',
    'i.yaml:5: database.port: the value is more than 65535; ',
    'i.yaml:6: letsencrypt.email: the key "email" is missing; add it: ',
    'i.yaml:7: workers: expected a whole number or a text, found a value; ',
    'i.yaml:8: admin_cidrs: the value is empty; ',
  ])
    expect(lines.some((line) => line.startsWith(start))).toBe(true);
  expect(lines).toHaveLength(7);
});

test('what does not go together, and what is missing beside something else', async () => {
  expect(await linesOf('database: {password: long-enough, password_file: /x}\n')).toEqual([
    'i.yaml:1: database: what is written here does not go together; give password or password_file, not both',
  ]);
  expect(await linesOf('alternative_domains: [www.example.com]\n')).toEqual([
    expect.stringMatching(/^i\.yaml:1: domain: the key "domain" is missing, and "alternative_domains" needs it; add it: name under which/),
  ]);
});

test.each([
  ['a password that is too short', `database: {password: ${SECRET}}`],
  ['at the wrong place', `database: ${SECRET}`],
  ['under a mistyped key', `database: {pasword: ${SECRET}}`],
  ['where a number belongs', `database: {port: ${SECRET}}`],
  ['in a list', `backends: [${SECRET}]`],
  ['as one of few words', `load_balancer: ${SECRET}`],
  ['without the blank after the colon', `{database: {password:${SECRET}}}`],
  ['as a key with a blank', `database: {"my ${SECRET}": 1}`],
  ['twice', `${SECRET}: 1\n${SECRET}: 2`],
  ['taken for a tag', `database: {password: !${SECRET}}`],
  ['taken for an alias', `database: {password: *${SECRET}}`],
  ['taken for a directive', `%${SECRET}\ndomain: a.b`],
  ['in a text that does not end', `database: {password: "${SECRET}`],
  ['with an escape that is none', `database: {password: "${SECRET}\\q"}`],
  ['as a whole file', SECRET],
])('no message repeats a secret: %s', async (_where, text) => {
  const error = asBakeError(
    await load(text).then(
      () => undefined,
      (reason: unknown) => reason,
    ),
    new AbortController().signal,
  );
  expect(error.code).toBe('CONFIG_INVALID');
  expect(errorText(error)).not.toContain(SECRET);
  expect(JSON.stringify(error)).not.toContain(SECRET);
});

test.each([
  ['an alias that could be followed', 'internal_range: &a 10.77.0.0/24\nadmin_cidrs: [*a]'],
  ['an alias of itself', 'database: &a {password: *a}'],
  ['a tower of aliases', `a: &a [${'1,'.repeat(20)}]\nb: &b [${'*a,'.repeat(20)}]\nc: &c [${'*b,'.repeat(20)}]\nd: [${'*c,'.repeat(20)}]`],
])('%s is refused, not followed', async (_what, text) => {
  expect(await linesOf(text)).toEqual(['i.yaml:1: (top): has an alias (& and *) that is not followed here; write the values out']);
});

test.each([
  ['on', 'yes'],
  ['a time', '12:30:45'],
  ['a number with a leading zero', '0123456789'],
])('is read as the machine reads it, where %s is no text', async (_what, password) => {
  expect(await linesOf(`database: {password: ${password}}\n`)).toEqual([expect.stringContaining('expected a text, found a ')]);
});

test('what is no such file is refused by its name', async () => {
  const host = fakeHost();
  mkdirSync(join(host.dir, 'folder'));
  await expect(loadInstance(host, join(host.dir, 'none.yaml'))).rejects.toMatchObject({ code: 'USAGE', what: `There is no file ${host.dir}/none.yaml` });
  await expect(loadInstance(host, join(host.dir, 'folder'))).rejects.toMatchObject({ code: 'USAGE', what: `${host.dir}/folder is a folder` });
  await expect(load(`# ${'x'.repeat(65_536)}`)).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('larger than 64 KiB') });
  await expect(load(new Uint8Array([0xff, 0xfe, 0]))).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('is not UTF-8 text') });
});
