import type { IndexEntry } from '../model/release.ts';
import { marksText } from './marked-release.ts';
import { size } from './quantities.ts';
import { table } from './table.ts';

export interface ListedImages {
  readonly storeLocation: string;
  readonly releases: readonly (IndexEntry & { readonly channels: readonly string[] })[];
}

/** What there is to launch, the newest of each image first, with the channels that point at it. */
export function imageList({ storeLocation, releases }: ListedImages): string {
  if (releases.length === 0) return `Nothing is published in ${storeLocation} yet. Bake something: npm run bake -- --distro debian --yes\n`;
  const rows = releases.map((entry) => [
    `${entry.imageId}@${entry.version}`,
    entry.channels.join(', ') || '-',
    size(entry.sizeBytes),
    `${entry.checksPassed} passed`,
    entry.publishedAt.slice(0, 16).replace('T', ' '),
    `sha256:${entry.sha256.slice(0, 12)}`,
    marksText(entry),
  ]);
  return `${table([['reference', 'channels', 'size', 'checks', 'published', 'disk', ''], ...rows], { indent: '', widest: 80 }).join('\n')}\n`;
}
