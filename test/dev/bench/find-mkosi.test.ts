import { expect, test } from 'vitest';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { findMkosi } from '../../../scripts/dev/bench/find-mkosi.ts';
import { fakeHost, type Answer, type FakeHost } from '../../support/fake-host.ts';

const find = (host: FakeHost, mirror: string | undefined = 'http://mirror.example/some') =>
  findMkosi(host, { dir: host.dir, mirror, sources: ['some-backports main', 'some main'] });

const absent: Answer = { command: 'mkosi --version', exitCode: 127 };
const update: Answer = { command: /^apt-get .* update$/ };
const download: Answer = { command: /^apt-get .* -t some-backports download mkosi bubblewrap$/ };

test('the one on the PATH, when it is new enough', async () => {
  await expect(find(fakeHost([{ command: 'mkosi --version', stdout: 'mkosi 25.3' }]))).resolves.toEqual({ command: ['mkosi'], version: '25.3' });
});

test('else that of the backports, by apt with lists of its own', async () => {
  const unpacked: Answer = { command: /^sh -c PATH=.* -m mkosi .* --version$/, stdout: 'mkosi 24.3' };
  const host = fakeHost([absent, update, download, { command: /^dpkg-deb -x .*mkosi_/ }, { command: /^dpkg-deb -x .*bubblewrap_/ }, unpacked]);
  for (const name of ['bubblewrap_0.8_amd64.deb', 'mkosi_24.3_all.deb']) writeFileSync(join(host.dir, name), '');
  expect((await find(host)).version).toBe('24.3');
  expect(host.commands.filter((command) => command.startsWith('apt-get')).every((command) => command.includes(`Dir::State::lists=${host.dir}/lists`))).toBe(
    true,
  );
});

test.each([
  ['apt’s last word', [absent, { ...update, exitCode: 100, stderr: 'W: first\nE: no such suite' }], undefined, /not on the PATH.*no such suite/],
  [
    'one that is too old is no peer',
    [
      { command: 'mkosi --version', stdout: 'mkosi 14' },
      { ...update, exitCode: 100 },
    ],
    undefined,
    /is 14, older than 20/,
  ],
  ['archives that did not come', [absent, update, download], undefined, /brought 0 archives of 2/],
  ['no mirror', [absent], '', /no mirror/],
] as const)('without any the error says why: %s', async (_what, answers, mirror, why) => {
  const host = fakeHost(answers);
  const found = mirror === '' ? findMkosi(host, { dir: host.dir, mirror: undefined, sources: ['x'] }) : find(host);
  await expect(found).rejects.toMatchObject({ code: 'HOST_NOT_READY', what: expect.stringMatching(why) });
});
