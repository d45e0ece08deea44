import { describe, expect, test } from 'vitest';
import type { AptEntry } from '../../scripts/config/apt-sources.ts';
import { bakeUrl } from '../../scripts/config/bake-url.ts';

const PUBLIC = 'https://deb.example/debian';
const entry = (uri: string, suite: string, components: readonly string[] = ['main']): AptEntry => ({ uri, suite, components });
const repository = (suite: string) => ({ id: suite, mirror: 'm', suite, components: ['main'], signedBy: '/k', base: true });

function chosen(hostEntries: readonly AptEntry[], suites: readonly string[] = ['bookworm', 'bookworm-updates']): string {
  return bakeUrl({
    mirror: { url: PUBLIC, description: '', environment: '', auto: 'apt-host-of-suite' },
    repositories: suites.map(repository),
    override: undefined,
    hostEntries,
  });
}

describe('the place that a build uses', () => {
  test('an override wins over everything', () => {
    const mirror = { url: PUBLIC, description: '', environment: '', auto: 'apt-host-of-suite' as const };
    expect(bakeUrl({ mirror, repositories: [repository('bookworm')], override: 'https://mine', hostEntries: [entry('http://near/debian', 'bookworm')] })).toBe(
      'https://mine',
    );
  });

  test('without `auto`, or without repositories, the host’s setting counts for nothing', () => {
    const hostEntries = [entry('http://near/x', 'bookworm'), entry('http://near/y', 'z', [])];
    expect(
      bakeUrl({ mirror: { url: PUBLIC, description: '', environment: '' }, repositories: [repository('bookworm')], override: undefined, hostEntries }),
    ).toBe(PUBLIC);
    expect(chosen(hostEntries, [])).toBe(PUBLIC);
  });

  test.each<[string, readonly AptEntry[], string]>([
    ['nothing known', [], PUBLIC],
    ['the same suite', [entry('http://near/debian', 'bookworm')], 'http://near/debian'],
    [
      'the same suites at a place of another form',
      [entry('http://near/repository/deb-proxy', 'bookworm'), entry('http://near/repository/deb-proxy', 'bookworm-updates')],
      'http://near/repository/deb-proxy',
    ],
    ['a sibling suite', [entry('http://near/pub/debian', 'trixie')], 'http://near/pub/debian'],
    ['the suite itself before a sibling', [entry('http://a/debian', 'trixie'), entry('http://b/debian', 'bookworm')], 'http://b/debian'],
    [
      'most suites first',
      [entry('http://a/debian', 'bookworm-updates'), entry('http://b/debian', 'bookworm'), entry('http://b/debian', 'bookworm-updates')],
      'http://b/debian',
    ],
    ['another archive of the family', [entry('http://near/debian-security', 'bookworm-security')], PUBLIC],
    ['another family', [entry('http://near/ubuntu', 'jammy')], PUBLIC],
    ['a third party with the same suite', [entry('https://releases.example', 'bookworm')], PUBLIC],
    ['a third party with the same end', [entry('https://download.example/linux/debian', 'bookworm', ['stable'])], PUBLIC],
    ['a place with a password', [entry('http://me:pw@near/debian', 'bookworm')], PUBLIC],
    ['a place with a token', [entry('http://token@near/debian', 'bookworm')], PUBLIC],
    ['a method of apt’s own', [entry('mirror+file:/etc/apt/mirrors/debian', 'bookworm'), entry('cdrom:[x]/debian', 'bookworm')], PUBLIC],
  ])('%s', (_, hostEntries, expected) => {
    expect(chosen(hostEntries)).toBe(expected);
  });

  test('a repository of one suite at a place of another form', () => {
    expect(chosen([entry('http://near/sec', 'bookworm-security')], ['bookworm-security'])).toBe('http://near/sec');
  });
});
