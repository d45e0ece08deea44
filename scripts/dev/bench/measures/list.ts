import { join } from 'node:path';
import { BakeError } from '../../../errors.ts';
import type { Host } from '../../../host/host.ts';
import { listImages } from '../../../pipelines/list-images.ts';
import { planCatalogue } from '../../../plan/release-catalogue.ts';
import { catalogueHtml } from '../../../reports/catalogue-html.ts';
import { imageList } from '../../../reports/image-list.ts';
import { formatIndex } from '../../../store/index-text.ts';
import { lapsText, medianLap, type Lap, type Measured } from '../line.ts';
import { sampleIndex } from '../sample-releases.ts';
import { timed } from '../stopwatch.ts';
import { unsigned, type StoreLab } from './publish.ts';

const AT_LEAST_RUNS = 5;
const [IMAGES, RELEASES_EACH] = [20, 50];
const MOST_PAGE_BYTES = 10 ** 6;

/** From the index of a thousand releases to their list in words, in one process; their page has to stay small enough for a telephone. */
export async function measureList(host: Host, { runs, dir, say }: StoreLab): Promise<Measured> {
  const storeLocation = join(dir, 'published-list');
  const index = sampleIndex(IMAGES, RELEASES_EACH);
  await host.files.makeDir(storeLocation);
  await host.files.writeText(join(storeLocation, 'index.json'), formatIndex(index));
  const laps: Lap[] = [];
  for (let run = 0; run < Math.max(runs, AT_LEAST_RUNS); run += 1)
    laps.push(await timed(host, async () => imageList(await listImages({ host: unsigned(host), say }, { storeLocation }))));
  const pageBytes = Buffer.byteLength(catalogueHtml(planCatalogue({ index, seen: [], distros: [], now: host.clock.now() })));
  if (pageBytes >= MOST_PAGE_BYTES)
    throw new BakeError('BUG', {
      what: `The page of ${index.releases.length} releases has ${pageBytes} bytes, not less than ${MOST_PAGE_BYTES}`,
      fix: 'Report this',
    });
  return { ours: medianLap(laps), peer: null, notes: [`${index.releases.length} releases, page of ${Math.ceil(pageBytes / 1000)} kB`, lapsText(laps)] };
}
