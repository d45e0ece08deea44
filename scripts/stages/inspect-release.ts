import type { ReleaseFolder } from '../model/release-check.ts';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import { digestOfText } from '../plan/digest.ts';
import { DISK } from '../store/pack-release.ts';
import type { UncheckedRelease } from '../store/store.ts';
import type { Stage } from './stage.ts';

/** Hashes every file of a release, wherever it lies; a link is not followed. */
export const inspectRelease: Stage<UncheckedRelease, ReleaseFolder> = {
  name: 'inspect-release',
  title: 'Hash every file of the release',
  run: async (release, { host }) => {
    const texts: Record<string, string> = {};
    const files: ReleaseFolder['files'][number][] = [];
    for (const name of await release.fileNames()) {
      const text = name === DISK ? undefined : await release.readText(name);
      if (text !== undefined) texts[name] = text;
      const sha256 = name === DISK ? await diskDigest(release, host) : text === undefined ? null : digestOfText(text);
      files.push({ name, sha256 });
    }
    return { files, texts };
  },
};

/** A disk that is fetched is refused on its way when it is another: that is what is asked here. */
async function diskDigest(release: UncheckedRelease, host: Host): Promise<string | null> {
  try {
    const path = await release.bringDisk();
    return path === undefined ? null : await host.files.digest(path);
  } catch (error) {
    if (error instanceof BakeError && error.code === 'DISK_CHANGED') return 'not as listed';
    throw error;
  }
}
