type CleanUp = { readonly name: string; readonly run: () => Promise<void> | void; readonly onlyOnFailure: boolean };

/** Where a stage registers clean-up the moment a resource exists. */
export interface Scope {
  /** Gives a resource back, whatever happened. */
  readonly always: (name: string, run: () => Promise<void> | void) => void;
  /** Undoes a half-made result. */
  readonly onFailure: (name: string, run: () => Promise<void> | void) => void;
}

/** Runs work and then its clean-ups, last in, first out; an error in a clean-up never hides the first error. */
export async function withScope<T>(work: (scope: Scope) => Promise<T>): Promise<T> {
  const cleanUps: CleanUp[] = [];
  const scope: Scope = {
    always: (name, run) => void cleanUps.push({ name, run, onlyOnFailure: false }),
    onFailure: (name, run) => void cleanUps.push({ name, run, onlyOnFailure: true }),
  };
  let result: T;
  try {
    result = await work(scope);
  } catch (error) {
    await cleanUp(cleanUps, true);
    throw error;
  }
  const failures = await cleanUp(cleanUps, false);
  if (failures.length > 0) throw failures[0];
  return result;
}

async function cleanUp(cleanUps: readonly CleanUp[], failed: boolean): Promise<unknown[]> {
  const failures: unknown[] = [];
  for (const { run, onlyOnFailure } of cleanUps.toReversed()) {
    if (onlyOnFailure && !failed) continue;
    try {
      await run();
    } catch (error) {
      failures.push(error);
    }
  }
  return failures;
}
