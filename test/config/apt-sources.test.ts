import { describe, expect, test } from 'vitest';
import { parseAptSources } from '../../scripts/config/apt-sources.ts';

describe('one-line format', () => {
  test.each([
    ['deb http://a/debian bookworm main contrib', [{ uri: 'http://a/debian', suite: 'bookworm', components: ['main', 'contrib'] }]],
    ['  deb\thttp://a/debian/ \tbookworm main # the archive', [{ uri: 'http://a/debian', suite: 'bookworm', components: ['main'] }]],
    ['deb [arch=amd64 signed-by=/usr/share/keyrings/a.gpg] https://a/x stable main', [{ uri: 'https://a/x', suite: 'stable', components: ['main'] }]],
    ['deb [ trusted=yes ]http://a x main', [{ uri: 'http://a', suite: 'x', components: ['main'] }]],
    ['deb http://a/flat ./', [{ uri: 'http://a/flat', suite: './', components: [] }]],
    ['deb-src http://a/debian bookworm main', []],
    ['# deb http://a/debian bookworm main', []],
    ['deb http://a/debian', []],
    ['rpm http://a x y', []],
    ['', []],
  ])('%j', (line, expected) => {
    expect(parseAptSources('sources.list', `${line}\n`)).toEqual(expected);
  });
});

describe('deb822 format', () => {
  test('gives an entry for every URI and suite, and reads comments inside a stanza', () => {
    const text = [
      '# the archive',
      'Types: deb deb-src',
      'URIs: http://a/debian http://b/debian/',
      '# http://snapshot.example/debian/2025',
      '#Enabled: no',
      'Suites: bookworm',
      ' bookworm-updates',
      'Components: main',
      'Signed-By: /x.gpg',
      '',
      '',
      'types:deb',
      'uris: http://c/sec',
      'suites: bookworm-security',
      'components: main',
      ' contrib',
    ].join('\n');
    expect(parseAptSources('debian.sources', text)).toEqual([
      { uri: 'http://a/debian', suite: 'bookworm', components: ['main'] },
      { uri: 'http://a/debian', suite: 'bookworm-updates', components: ['main'] },
      { uri: 'http://b/debian', suite: 'bookworm', components: ['main'] },
      { uri: 'http://b/debian', suite: 'bookworm-updates', components: ['main'] },
      { uri: 'http://c/sec', suite: 'bookworm-security', components: ['main', 'contrib'] },
    ]);
  });

  test.each(['no', 'No', 'false', '0'])('Enabled: %s switches a stanza off', (enabled) => {
    expect(parseAptSources('x.sources', `Types: deb\nEnabled: ${enabled}\nURIs: http://a\nSuites: s\nComponents: main\n`)).toEqual([]);
  });

  test('Enabled: yes, and an inline key with its own colons, change nothing', () => {
    const text = 'Types: deb\nEnabled: yes\nURIs: http://a\nSuites: s\nComponents: main\nSigned-By:\n -----BEGIN PGP PUBLIC KEY BLOCK-----\n .\n Comment: x\n';
    expect(parseAptSources('x.sources', text)).toEqual([{ uri: 'http://a', suite: 's', components: ['main'] }]);
  });

  test('sources only, and half a stanza, are nothing', () => {
    expect(parseAptSources('x.sources', 'Types: deb-src\nURIs: http://a\nSuites: s\n\nTypes: deb\nSuites: s\n')).toEqual([]);
  });
});
