/** Below, equal or above zero: versions as numbers between dots, as far as `want` has them. */
export function compareDotted(have: string, want: string): number {
  const [left, right] = [have, want].map((text) => text.split('.').map(Number));
  for (const [index, wanted] of (right ?? []).entries()) {
    const difference = (left?.[index] ?? 0) - wanted;
    if (difference !== 0) return difference;
  }
  return 0;
}
