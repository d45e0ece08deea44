import { BakeError } from '../../scripts/errors.ts';

/** A test runner prints the message of an error alone: here it has the details, too, without which nobody learns which check it was. */
export async function toldWhy<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    if (!(error instanceof BakeError)) throw error;
    throw new Error([error.what, ...error.details].join('\n'), { cause: error });
  }
}
