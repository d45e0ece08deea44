import { loadDistros } from '../config/load-distros.ts';
import { BakeError } from '../errors.ts';
import type { Distro } from '../model/distro.ts';
import type { StoreIndex } from '../model/release.ts';
import { planCatalogue, releasesToSee, type SeenRelease } from '../plan/release-catalogue.ts';
import { catalogueHtml } from '../reports/catalogue-html.ts';
import { simplestreams } from '../reports/simplestreams.ts';
import type { Desk } from '../stages/stage.ts';
import type { ReleaseName, Store } from '../store/store.ts';

const MOST_TRIES = 3;

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
      message: `The catalogue of ${store.location} is older than its index (${reason}): \`npm run images -- --repair\` writes it anew`,
    });
  }
}

async function writePages(desk: Desk, store: Store, index: StoreIndex): Promise<void> {
  const seen = (await Promise.all(releasesToSee(index).map((name) => see(store, name)))).filter((each) => each !== undefined);
  const catalogue = planCatalogue({ index, seen, distros: await knownDistros(desk), now: desk.host.clock.now() });
  for (const { path, text } of simplestreams(catalogue)) await store.writePage(path, text);
  await store.writePage('index.html', catalogueHtml(catalogue));
}

/** A release that is damaged is listed as the index has it: one must not hide the others. */
async function see(store: Store, { imageId, version }: ReleaseName): Promise<SeenRelease | undefined> {
  try {
    const found = await store.find({ imageId, selector: { kind: 'version', version } });
    return { release: found.release, files: await found.fileNames() };
  } catch (error) {
    if (error instanceof BakeError && ['STORE_CORRUPT', 'RELEASE_NOT_FOUND'].includes(error.code)) return undefined;
    throw error;
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
