import { describe, expect, test } from 'vitest';
import { formatReference, parseReference, type KnownNames } from '../../scripts/plan/reference.ts';

const FULL = 'aikovrr-standalone-debian-12';
const KNOWN: KnownNames = {
  imageIds: [FULL, 'aikovrr-lb-debian-12', 'aikovrr-standalone-ubuntu-22.04'],
  aliases: { debian: 'debian-12', 'debian-12': 'debian-12', ubuntu: 'ubuntu-22.04' },
  defaultImage: 'aikovrr',
  defaultRole: 'standalone',
};
const SHA = 'a1'.repeat(32);

describe('parseReference', () => {
  test.each([
    ['debian', `${FULL}@latest`],
    ['debian-12', `${FULL}@latest`],
    [FULL, `${FULL}@latest`],
    ['ubuntu@stable', 'aikovrr-standalone-ubuntu-22.04@stable'],
    ['aikovrr-lb-debian-12@candidate', 'aikovrr-lb-debian-12@candidate'],
    [`${FULL}@2026.11.22-1`, `${FULL}@2026.11.22-1`],
    [`debian@sha256:${SHA}`, `${FULL}@sha256:${SHA}`],
    [`debian@sha256:${SHA.toUpperCase()}`, `${FULL}@sha256:${SHA}`],
    ['ubuntu-22.04', 'aikovrr-standalone-ubuntu-22.04@latest'],
  ])('%s means %s', (text, full) => {
    expect(formatReference(parseReference(text, KNOWN))).toBe(full);
  });

  test.each([
    ['debain', 'debian'],
    ['aikovrr-standalone-debian-13', FULL],
    ['aikovr-lb-debian-12@latest', 'aikovrr-lb-debian-12'],
  ])('%s is unknown, and the nearest name %s is offered', (text, suggestion) => {
    expect(() => parseReference(text, KNOWN)).toThrow(
      expect.objectContaining({ code: 'RELEASE_NOT_FOUND', fix: expect.stringContaining(suggestion) }) as Error,
    );
  });

  test.each(['constructor', '__proto__', 'tostring'])('%s, which every object answers to, is no image', (text) => {
    expect(() => parseReference(text, KNOWN)).toThrow(expect.objectContaining({ code: text.includes('_') ? 'USAGE' : 'RELEASE_NOT_FOUND' }) as Error);
  });

  test.each(['', '../../etc', '/etc/passwd', '-rf', 'a b', 'a/b', 'débian', 'debian\0', 'Debian', 'a..b', '.a', 'a.', 'a'.repeat(129), '$(reboot)', '@latest'])(
    'the name %j is refused',
    (text) => {
      expect(() => parseReference(text, KNOWN)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    },
  );

  test.each([
    'debian@',
    'debian@../x',
    'debian@Latest',
    'debian@2026.11.22',
    'debian@2026.11.22-0',
    'debian@sha256:12',
    'debian@sha512:12',
    'debian@a@b',
    'debian@latest\n',
  ])('the selector of %j is refused', (text) => {
    expect(() => parseReference(text, KNOWN)).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
  });
});
