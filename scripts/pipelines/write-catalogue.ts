import { loadDistros } from '../config/load-distros.ts';
import { BakeError } from '../errors.ts';
import type { Distro } from '../model/distro.ts';
import type { GradeReport } from '../model/grade-report.ts';
import type { StoreIndex } from '../model/release.ts';
import { newestOf, planCatalogue, releasesToSee, type SeenRelease } from '../plan/release-catalogue.ts';
import { catalogueHtml } from '../reports/catalogue-html.ts';
import { simplestreams } from '../reports/simplestreams.ts';
import type { Desk } from '../stages/stage.ts';
import { REPAIR_COMMAND } from '../store/index-file.ts';
import type { ReleaseName, Store } from '../store/store.ts';

const MOST_TRIES = 3;
const GRADES = 'grade.json';

/** Writes what people and programs read of a store beside its index. The index is the truth: pages that could not be written are said, and made by the next change. */
export async function writeCatalogue(desk: Desk, store: Store): Promise<void> {
  try {
    for (let tries = 0; tries < MOST_TRIES; tries += 1) {
      const index = await store.readIndex();
      await writePages(desk, store, index);
      // Somebody else may have changed the index while these were made.
      if ((await store.readIndex()).generation === index.generation) return;
    }
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    desk.say({
      type: 'note',
      message: `The catalogue of ${store.location} is older than its index (${reason}): \`${REPAIR_COMMAND}\` writes it anew`,
    });
  }
}

async function writePages(desk: Desk, store: Store, index: StoreIndex): Promise<void> {
  const newest = newestOf(index);
  const seen = (await Promise.all(releasesToSee(index).map((entry) => see(store, entry, newest.includes(entry))))).filter((each) => each !== undefined);
  const catalogue = planCatalogue({ index, seen, distros: await knownDistros(desk), now: desk.host.clock.now() });
  for (const { path, text } of simplestreams(catalogue)) await store.writePage(path, text);
  await store.writePage('index.html', catalogueHtml(catalogue));
}

/** A release that is damaged is listed as the index has it: one must not hide the others. */
async function see(store: Store, { imageId, version }: ReleaseName, isNewest: boolean): Promise<SeenRelease | undefined> {
  try {
    const found = await store.find({ imageId, selector: { kind: 'version', version } });
    const files = await found.fileNames();
    const graded = isNewest && files.includes(GRADES) ? parseGrades(await found.readText(GRADES)) : undefined;
    return { release: found.release, files, ...(graded === undefined ? {} : { graded }) };
  } catch (error) {
    if (error instanceof BakeError && ['STORE_CORRUPT', 'RELEASE_NOT_FOUND'].includes(error.code)) return undefined;
    throw error;
  }
}

function parseGrades(text = ''): GradeReport | undefined {
  try {
    const report = JSON.parse(text) as GradeReport;
    return report.kind === 'GradeReport' && Array.isArray(report.grades) ? report : undefined;
  } catch {
    return undefined;
  }
}

/** A store is of use without a configuration, and with one that has a mistake in it: only titles and dates are missing then. */
async function knownDistros({ host }: Desk): Promise<readonly Distro[]> {
  try {
    return await loadDistros(host);
  } catch {
    return [];
  }
}
