import { expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { spaceNamed } from '../../scripts/pipelines/space-named.ts';

const PLACE = { dir: '/srv/out', fix: 'Free some' };
const failing = (error: unknown): Promise<unknown> => spaceNamed(PLACE, () => Promise.reject(error as Error));

test('what went well is handed on', async () => {
  expect(await spaceNamed(PLACE, () => Promise.resolve(7))).toBe(7);
});

test.each([
  new BakeError('TOOL_FAILED', { what: 'tar failed', fix: '', details: ['tar: No space left on device'] }),
  new Error('ENOSPC: no space left on device, write'),
])('a full disk is one of ours, with its cause: %s', async (cause) => {
  await expect(failing(cause)).rejects.toMatchObject({ code: 'NO_SPACE', what: 'No space is left in /srv/out', fix: 'Free some', cause });
});

test('what says it in our words already, or is another matter, stays what it is', async () => {
  const elsewhere = new BakeError('NO_SPACE', { what: 'No space is left in oci://x/y', fix: '', details: ['No space left on device'] });
  await expect(failing(elsewhere)).rejects.toBe(elsewhere);
  const other = new BakeError('TOOL_FAILED', { what: 'tar failed', fix: '', details: ['Permission denied'] });
  await expect(failing(other)).rejects.toBe(other);
});
