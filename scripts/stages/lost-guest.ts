import { BakeError } from '../errors.ts';

const TAIL_LINES = 15;

/** A guest that will not come (back), with the last of its console; details that must be seen come first. */
export function lostGuest(what: string, console: readonly string[], first: readonly string[] = []): BakeError {
  return new BakeError('GUEST_FAILED', {
    what,
    fix: 'Read the console lines below, and the failure kit of this run',
    details: [...first, ...console.slice(-TAIL_LINES)].filter((line) => line !== ''),
  });
}
