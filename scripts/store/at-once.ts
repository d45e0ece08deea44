/** Runs jobs side by side, at most so many at a time; the first failure ends it, once none is under way any more. */
export async function atOnce<T>(limit: number, jobs: AsyncIterable<() => Promise<T>> | Iterable<() => Promise<T>>): Promise<readonly T[]> {
  const results: T[] = [];
  const underWay = new Set<Promise<unknown>>();
  try {
    let at = 0;
    for await (const job of jobs) {
      const place = at++;
      const running: Promise<unknown> = job().then((result) => {
        results[place] = result;
        underWay.delete(running);
      });
      underWay.add(running);
      if (underWay.size >= limit) await Promise.race(underWay);
    }
    await Promise.all(underWay);
  } finally {
    await Promise.allSettled(underWay);
  }
  return results;
}
