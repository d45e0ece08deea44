import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import { commitOf } from '../../scripts/tools/git.ts';
import { fakeHost } from '../support/fake-host.ts';

const COMMIT = 'a'.repeat(40);

test.each([
  ['', false],
  [' M scripts/cli.ts\n', true],
])('a commit, and whether the files are still those of it', async (status, modified) => {
  const host = fakeHost([
    { command: /rev-parse/, stdout: `${COMMIT}\n` },
    { command: /status/, stdout: status },
  ]);
  expect(await commitOf(host, '/project')).toEqual({ commit: COMMIT, modified });
});

test('no repository, no commit', async () => {
  const { dir } = fakeHost();
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: {} });
  writeFileSync(join(dir, 'file'), '');
  expect(await commitOf(host, dir)).toBeNull();
});

test('no git, no commit', async () => {
  const host = fakeHost();
  const without = { ...host, run: () => Promise.reject(new BakeError('HOST_NOT_READY', { what: 'git is missing', fix: '' })) };
  expect(await commitOf(without, '/project')).toBeNull();
});
