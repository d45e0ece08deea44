import { BakeError, type ErrorCode } from '../errors.ts';

const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);
const NOT_WRITABLE = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOTDIR', 'EEXIST', 'ENOENT', 'ELOOP', 'ENAMETOOLONG']);

/** What a reader can do about a folder that is full, or not his to write to. */
export interface WaysOut {
  readonly full: string;
  readonly notWritable: string;
}

const OF_A_STORE: WaysOut = {
  full: 'Free some space (`npm run prune` drops old releases), then run the same command again; nothing half-made was left',
  notWritable: 'Give yourself the right to write there, or choose another folder with --store DIR',
};

/** Says in our words why a folder, a store if nothing else is said, could not be written; anything that is not the disk's fault passes as it is. */
export function diskError(error: unknown, dir: string, waysOut = OF_A_STORE): unknown {
  const errno = error instanceof Error && 'code' in error && !(error instanceof BakeError) ? String(error.code) : undefined;
  const code: ErrorCode | undefined =
    errno === undefined ? undefined : NO_SPACE.has(errno) ? 'NO_SPACE' : NOT_WRITABLE.has(errno) ? 'STORE_NOT_WRITABLE' : undefined;
  if (code === undefined) return error;
  const full = code === 'NO_SPACE';
  return new BakeError(code, {
    what: full ? `No space is left in ${dir}` : `${dir} cannot be written`,
    fix: full ? waysOut.full : waysOut.notWritable,
    details: [error instanceof Error ? error.message : String(error)],
    cause: error,
  });
}
