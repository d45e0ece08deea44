import type { ReleaseCheck } from '../model/release-check.ts';
import { plainLine } from './plain-text.ts';
import { table } from './table.ts';

/** Link by link, for a person: what breaks stands out, and the last line says it all. */
export function releaseCheck({ release, verdict, links }: ReleaseCheck): string {
  const broken = links.filter(({ outcome }) => outcome !== 'pass');
  const rows = links.map(({ outcome, link, found }) => [outcome, plainLine(link), plainLine(found)]);
  const end =
    verdict === 'pass'
      ? `${release}: all ${links.length} links hold`
      : `${release}: ${broken.length} of ${links.length} links do not hold: ${broken.map(({ link }) => plainLine(link)).join('; ')}`;
  return [...table(rows), end, ''].join('\n');
}
