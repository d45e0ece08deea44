import { BakeError, interruptedError } from '../errors.ts';
import { plainLine, plainText } from '../reports/plain-text.ts';

const DEPTH = 4;

/** Turns whatever was thrown into the one error class, so that the exit status and the words follow from it alone. */
export function asBakeError(error: unknown, interrupted: AbortSignal): BakeError {
  if (error instanceof BakeError) return error;
  if (interrupted.aborted) return interruptedError(error);
  const { code, path } = errnoOf(error);
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return new BakeError('NO_SPACE', {
      what: `No space is left${where(path)}`,
      fix: 'Free some space, or put the cache elsewhere with --cache DIR; `npm run prune` removes what nothing uses',
      cause: error,
    });
  }
  if (code === 'EACCES' || code === 'EPERM' || code === 'EROFS') {
    return new BakeError('HOST_NOT_READY', {
      what: `This user may not write or read there${where(path)}`,
      fix: 'Use a folder of your own, or run as the owner of this one',
      cause: error,
    });
  }
  const stack = error instanceof Error ? (error.stack ?? error.message) : String(error);
  return new BakeError('BUG', {
    what: 'A bug of ours: this should not have happened',
    fix: 'Please report it with the lines above and the command that you ran',
    details: stack.split('\n'),
    cause: error,
  });
}

/** The one error, for a person: what happened, the evidence, what was underneath, what to do. */
export function errorText(error: BakeError): string {
  const details = error.details.flatMap((line) => plainText(line).trimEnd().split('\n'));
  const causes = error.code === 'BUG' || error.code === 'INTERRUPTED' ? [] : causesOf(error).map((message) => `because: ${message}`);
  return [`error: ${plainLine(error.what)}`, ...[...details, ...causes].map((line) => `  ${line}`), `fix: ${plainLine(error.fix)}`, ''].join('\n');
}

/** The one error, for a program: what --json prints instead of a result. */
export function errorDocument(error: BakeError): unknown {
  return {
    kind: 'Error',
    schemaVersion: 1,
    code: error.code,
    exitStatus: error.exitStatus,
    what: error.what,
    fix: error.fix,
    details: error.details,
    causes: causesOf(error),
  };
}

function causesOf(error: Error): string[] {
  const messages: string[] = [];
  let cause = error.cause;
  while (cause instanceof Error && messages.length < DEPTH) {
    const message = plainLine(cause.message.split('\n')[0] ?? '');
    if (message !== '' && message !== error.message) messages.push(message);
    cause = cause.cause;
  }
  return messages;
}

function errnoOf(error: unknown): { readonly code: string; readonly path: string } {
  if (!(error instanceof Error) || !('code' in error)) return { code: '', path: '' };
  return { code: String(error.code), path: 'path' in error && typeof error.path === 'string' ? error.path : '' };
}

function where(path: string): string {
  return path === '' ? '' : `: ${path}`;
}
