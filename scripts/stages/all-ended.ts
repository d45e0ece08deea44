/** What all of them found. An error is thrown only when every one has ended: whoever clears away after it must not meet another that still writes. */
export async function allEnded<T extends readonly Promise<unknown>[] | []>(work: T): Promise<{ -readonly [Index in keyof T]: Awaited<T[Index]> }> {
  await Promise.allSettled(work);
  return Promise.all(work);
}
