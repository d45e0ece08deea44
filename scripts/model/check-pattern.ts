/** Tells which check ids a glob such as `nginx.*`, or several between commas, mean: on the command line and in checklists alike. */
export function checkMatcher(glob: string): (id: string) => boolean {
  const source = glob
    .replaceAll(/[.+^${}()|[\]\\]/g, String.raw`\$&`)
    .replaceAll('*', '.*')
    .replaceAll('?', '.')
    .replaceAll(',', '|');
  const pattern = new RegExp(`^(?:${source})$`, 's');
  return (id) => pattern.test(id);
}
