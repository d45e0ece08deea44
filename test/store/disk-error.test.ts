import { expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { diskError } from '../../scripts/store/disk-error.ts';

const errno = (code: string): Error => Object.assign(new Error(`${code}: refused`), { code });

test.each([
  ['ENOSPC', { code: 'NO_SPACE', what: 'No space is left in /srv/x', fix: 'Free some' }],
  ['EDQUOT', { code: 'NO_SPACE', what: 'No space is left in /srv/x', fix: 'Free some' }],
  ['EROFS', { code: 'STORE_NOT_WRITABLE', what: '/srv/x cannot be written', fix: 'Ask for it' }],
])('%s is said in our words, with the way out of whoever asks', (code, said) => {
  expect(diskError(errno(code), '/srv/x', { full: 'Free some', notWritable: 'Ask for it' })).toMatchObject(said);
});

test.each([errno('ECONNRESET'), new Error('x'), new BakeError('BUSY', { what: 'w', fix: 'f' })])(
  'what is not the disk’s fault passes as it is: %s',
  (error) => {
    expect(diskError(error, '/srv/x')).toBe(error);
  },
);
