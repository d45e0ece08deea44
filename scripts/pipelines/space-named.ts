import { BakeError } from '../errors.ts';

/** Programs say it in words of their own when a disk is full: this says it in ours, with the folder and what to do about it. */
export async function spaceNamed<T>({ dir, fix }: { readonly dir: string; readonly fix: string }, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!/No space left on device|ENOSPC/.test(error instanceof BakeError ? error.details.join('\n') : String(error))) throw error;
    // What a registry says of its own room has our words already.
    if (error instanceof BakeError && error.code === 'NO_SPACE') throw error;
    throw new BakeError('NO_SPACE', { what: `No space is left in ${dir}`, fix, cause: error });
  }
}
