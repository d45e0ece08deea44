import { describe, expect, test } from 'vitest';
import { requirementsFor } from '../../scripts/plan/requirements-lock.ts';

const LOCK = [
  '# A comment; with a semicolon',
  'django==5 \\',
  '    --hash=sha256:aa',
  'driver==2.9.9 ; python_version < "3.13" \\',
  '    --hash=sha256:bb \\',
  '    --hash=sha256:cc',
  'driver==2.9.10 ; python_version >= "3.13" \\',
  '    --hash=sha256:dd',
];

describe('requirementsFor', () => {
  test.each([
    ['3.9', 'driver==2.9.9 \\|    --hash=sha256:bb \\|    --hash=sha256:cc'],
    ['3.13', 'driver==2.9.10 \\|    --hash=sha256:dd'],
  ])('Python %s gets its own lines, with their hashes and without markers', (python, driver) => {
    expect(requirementsFor(LOCK.join('\n'), python).split('\n').join('|')).toBe(`# A comment; with a semicolon|django==5 \\|    --hash=sha256:aa|${driver}`);
  });

  test.each(['python_version < "3.11" and x', 'sys_platform == "linux"', 'python_version ~= "3.9"', ''])(
    'a marker that it cannot read is an error: %s',
    (marker) => {
      expect(() => requirementsFor(`a==1 ; ${marker} \\\n  --hash=sha256:aa`, '3.9')).toThrow('cannot be read');
    },
  );

  test('a lock without markers stays as it is', () => {
    expect(requirementsFor('a==1 --hash=sha256:aa\n', '3.9')).toBe('a==1 --hash=sha256:aa\n');
  });
});
