/** Digits, with single dots or hyphens between them: 20260712-2537, 20260720.0, 287. */
const BUILD = '[0-9]+(?:[.-][0-9]+)*';

/** The newest build that a vendor's page names; `entry` says how builds are written there, with `{build}` for the build itself. */
export function newestBuild(page: string, entry: string): string | undefined {
  const [before = '', after = ''] = entry.split('{build}').map(escaped);
  const pattern = new RegExp(`(?<![0-9A-Za-z.-])${before}(${BUILD})${after}`, 'g');
  const builds = [...page.matchAll(pattern)].map(([, build = '']) => build);
  return builds.toSorted(byNumbers).at(-1);
}

/** A path of the distro's YAML for one build. */
export function pathOfBuild(path: string, build: string): string {
  return path.replaceAll('{build}', () => build);
}

/** 20260720.10 is newer than 20260720.9, which the text's own order would get wrong. */
function byNumbers(left: string, right: string): number {
  const [leftParts, rightParts] = [left, right].map((build) => build.split(/[.-]/).map(BigInt));
  for (const [at, part] of (leftParts ?? []).entries()) {
    const other = rightParts?.[at];
    if (other === undefined || part > other) return 1;
    if (part < other) return -1;
  }
  return left === right ? 0 : -1;
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}
