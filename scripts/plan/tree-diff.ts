import { checkMatcher } from '../model/check-pattern.ts';
import type { AllowedDifference, TreeDifference } from '../model/rebuild-report.ts';
import type { Tree, TreeEntry } from '../model/tree.ts';

/** Compares two disks file by file, and says of each difference what explains it. */
export function diffTrees(released: Tree, rebuilt: Tree, allowed: readonly AllowedDifference[]): readonly TreeDifference[] {
  const reasons = allowed.map(({ path, why }) => ({ isMeant: checkMatcher(path), why }));
  const paths = [...new Set([...released.keys(), ...rebuilt.keys()])].toSorted();
  return paths.flatMap((path) => {
    const what = differenceOf(released.get(path), rebuilt.get(path));
    return what === undefined ? [] : [{ path, what, why: reasons.find(({ isMeant }) => isMeant(path))?.why ?? null }];
  });
}

function differenceOf(before: TreeEntry | undefined, after: TreeEntry | undefined): string | undefined {
  if (before === undefined) return 'only in the rebuilt disk';
  if (after === undefined) return 'only in the release';
  if (before.type !== after.type) return `type ${before.type} → ${after.type}`;
  const parts = [
    ...(before.sha256 === after.sha256 ? [] : [`content, ${String(before.sizeBytes)} → ${String(after.sizeBytes)} bytes`]),
    ...(before.mode === after.mode ? [] : [`mode ${before.mode} → ${after.mode}`]),
    ...(before.owner === after.owner ? [] : [`owner ${before.owner} → ${after.owner}`]),
    ...(before.link === after.link ? [] : [`link ${before.link} → ${after.link}`]),
  ];
  return parts.length === 0 ? undefined : parts.join('; ');
}
