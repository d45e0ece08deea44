import { describe, expect, test } from 'vitest';
import { mirrorOverrides } from '../../scripts/config/mirror-overrides.ts';

const MIRRORS = {
  a: { url: 'https://a', description: '', environment: 'INGOT_MIRROR_A' },
  b: { url: 'https://b', description: '', environment: 'INGOT_MIRROR_BEE' },
};

test('takes http, https and file; passes over an empty variable and everything else in the environment', () => {
  expect([...mirrorOverrides(MIRRORS, { INGOT_MIRROR_A: 'http://x/y/', INGOT_MIRROR_BEE: 'file:///srv/b', PATH: '/bin' })]).toEqual([
    ['a', 'http://x/y'],
    ['b', 'file:///srv/b'],
  ]);
  expect([...mirrorOverrides(MIRRORS, { INGOT_MIRROR_A: '', INGOT_MIRROR_BEE: undefined })]).toEqual([]);
});

describe('refuses', () => {
  test.each([
    [
      { INGOT_MIRROR_A: 'https://user@x/y' },
      [
        'INGOT_MIRROR_A: the URL carries a user name or password, which would end in files and logs; give them to apt in /etc/apt/auth.conf.d, or use a mirror that needs none',
      ],
    ],
    [{ INGOT_MIRROR_A: 'ftp://x/y' }, ['INGOT_MIRROR_A: "ftp:" is not supported; use http, https or file']],
    [{ INGOT_MIRROR_A: 'mirror.example/debian' }, ['INGOT_MIRROR_A: "mirror.example/debian" is no URL; write it as https://host/path']],
    [{ INGOT_MIRROR_A: 'http://x/y main\ndeb http://z' }, ['INGOT_MIRROR_A: "http://x/y main\\ndeb http://z" is no URL; write it as https://host/path']],
    [{ INGOT_MIRROR_A: 'user:pw@x y' }, ['INGOT_MIRROR_A: the value is no URL; write it as https://host/path']],
    [{ INGOT_MIRROR_A: 'http://x/?token=1' }, ['INGOT_MIRROR_A: "http://x/?token=1" has a query or a fragment; a mirror is a plain folder']],
    [{ INGOT_MIRROR_BE: 'http://x' }, ['INGOT_MIRROR_BE: config/mirrors.yaml has no mirror with this variable; did you mean INGOT_MIRROR_BEE?']],
    [{ INGOT_MIRROR_A: 'x', INGOT_MIRROR_BEE: 'y' }, [expect.stringContaining('INGOT_MIRROR_A'), expect.stringContaining('INGOT_MIRROR_BEE')]],
  ])('%j', (env, details) => {
    expect(() => mirrorOverrides(MIRRORS, env)).toThrow(expect.objectContaining({ code: 'CONFIG_INVALID', details }));
  });
});
