import { expect, test } from 'vitest';
import { readAptSources } from '../../scripts/config/read-apt-sources.ts';
import { project } from './project.ts';

test('reads the files that apt reads, and no others', async () => {
  const line = (host: string): string => `deb http://${host} s main\n`;
  const host = project({
    'etc/apt/sources.list': line('a'),
    'etc/apt/sources.list.d/b.list': line('b'),
    'etc/apt/sources.list.d/c.sources': 'Types: deb\nURIs: http://c\nSuites: s\n',
    'etc/apt/sources.list.d/d.list.disabled': line('d'),
    'etc/apt/sources.list.d/e.list~': line('e'),
    'etc/apt/sources.list.d/f.list/x': line('f'),
  });
  expect((await readAptSources(host)).map(({ uri }) => uri)).toEqual(['http://a', 'http://b', 'http://c']);
});

test('a host without apt has no setting', async () => {
  expect(await readAptSources(project())).toEqual([]);
});
