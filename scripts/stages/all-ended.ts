/** What all of them found. An error is thrown only when every one has ended: whoever clears away after it must not meet another that still writes. */
export async function allEnded<T>(work: readonly Promise<T>[]): Promise<readonly T[]> {
  return (await Promise.allSettled(work)).map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
}
