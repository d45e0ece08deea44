import { describe, expect, test } from 'vitest';
import { BakeError, EXIT_STATUS, interruptedError, type ErrorCode } from '../scripts/errors.ts';

/** DESIGN 10, as scripts rely on it. */
const PROMISED: Readonly<Record<ErrorCode, number>> = {
  BUG: 1,
  USAGE: 2,
  CONFIG_INVALID: 2,
  RELEASE_NOT_FOUND: 2,
  RELEASE_YANKED: 2,
  HOST_NOT_READY: 3,
  NO_SPACE: 3,
  NETWORK_UNREACHABLE: 3,
  STORE_NOT_WRITABLE: 3,
  BUSY: 3,
  BASE_INVALID: 4,
  DIGEST_MISMATCH: 4,
  TOOL_FAILED: 4,
  BAKE_FAILED: 4,
  GUEST_FAILED: 5,
  VERIFICATION_FAILED: 5,
  PUBLISH_REFUSED: 6,
  STORE_CORRUPT: 6,
  DISK_CHANGED: 6,
  NOT_TRUSTED: 6,
  INTERRUPTED: 130,
};

describe('BakeError', () => {
  test('has the exit status that the command line promises for its code', () => {
    expect(EXIT_STATUS).toEqual(PROMISED);
    for (const [code, status] of Object.entries(PROMISED)) expect(new BakeError(code as ErrorCode, { what: 'w', fix: 'f' }).exitStatus).toBe(status);
  });

  test('says what happened, what to do, and keeps evidence and cause', () => {
    const cause = new Error('below');
    const error = new BakeError('BAKE_FAILED', { what: 'It broke', fix: 'Mend it', details: ['line'], cause });
    expect(error).toBeInstanceOf(Error);
    expect(error).toMatchObject({ name: 'BakeError', code: 'BAKE_FAILED', message: 'It broke', what: 'It broke', fix: 'Mend it', details: ['line'], cause });
  });

  test('has no details and no cause unless it was given some', () => {
    const error = new BakeError('USAGE', { what: 'w', fix: 'f' });
    expect(error.details).toEqual([]);
    expect('cause' in error).toBe(false);
  });
});

test('an interruption is an error like the others, and keeps what it interrupted', () => {
  const cause = new Error('aborted');
  expect(interruptedError(cause)).toMatchObject({ code: 'INTERRUPTED', exitStatus: 130, cause });
  expect('cause' in interruptedError()).toBe(false);
});
