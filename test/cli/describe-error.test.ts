import { describe, expect, test } from 'vitest';
import { asBakeError } from '../../scripts/cli/describe-error.ts';

const QUIET = new AbortController().signal;

function errno(code: string, path?: string): Error {
  return Object.assign(new Error(`${code}: from the kernel`), { code, path });
}

describe('errors of the system that are nobody’s bug', () => {
  test.each([
    ['ENOSPC', 'NO_SPACE', 3],
    ['EDQUOT', 'NO_SPACE', 3],
    ['EACCES', 'HOST_NOT_READY', 3],
    ['EROFS', 'HOST_NOT_READY', 3],
    ['ENOENT', 'BUG', 1],
  ] as const)('%s is %s', (written, code, exitStatus) => {
    expect(asBakeError(errno(written, '/some/where'), QUIET)).toMatchObject({ code, exitStatus });
  });

  test('they name the path', () => {
    expect(asBakeError(errno('EACCES', '/some/where'), QUIET).what).toContain('/some/where');
  });
});

test('something that is not even an error is still described', () => {
  expect(asBakeError('just words', QUIET)).toMatchObject({ code: 'BUG', details: ['just words'] });
});
