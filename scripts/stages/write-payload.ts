import { dirname, join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { LayerPlan } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import { renderPayload } from '../render/payload.ts';
import type { FetchedLocks } from './fetch-language-packages.ts';

export interface PayloadFolder {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly layer: LayerPlan;
  readonly locks: FetchedLocks;
  readonly dir: string;
}

/** Lays out everything that the guest gets for one layer. */
export async function writePayload(host: Host, { spec, texts, layer, locks, dir }: PayloadFolder): Promise<void> {
  const { files } = host;
  for (const { path, text, mode } of renderPayload({ spec, layer, texts })) {
    await files.makeDir(dirname(join(dir, path)));
    await files.writeUnsynced(join(dir, path), text, mode);
  }
  for (const { lock, dir: fetchedDir } of layer.locks.length === 0 ? [] : locks) {
    const target = join(dir, 'packages', lock.kind, lock.name);
    await files.makeDir(target);
    for (const name of await files.list(fetchedDir)) await files.link(join(fetchedDir, name), join(target, name));
  }
}
