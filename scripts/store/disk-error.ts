import { BakeError, type ErrorCode } from '../errors.ts';

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ELOOP', 'ENAMETOOLONG']);

/** Says in our words why a store could not be written; anything that is not the disk's fault passes as it is. */
export function diskError(error: unknown, dir: string): unknown {
  const errno = error instanceof Error && 'code' in error && !(error instanceof BakeError) ? String(error.code) : undefined;
  const code: ErrorCode | undefined =
    errno === undefined ? undefined : NO_SPACE.has(errno) ? 'NO_SPACE' : NOT_WRITABLE.has(errno) ? 'STORE_NOT_WRITABLE' : undefined;
  if (code === undefined) return error;
  const full = code === 'NO_SPACE';
  return new BakeError(code, {
    what: full ? `No space is left in ${dir}` : `${dir} cannot be written`,
    fix: full
      ? 'Free some space (`npm run prune` drops old releases), then run the same command again; nothing half-made was left'
      : 'Give yourself the right to write there, or choose another folder with --store DIR',
    details: [error instanceof Error ? error.message : String(error)],
    cause: error,
  });
}
