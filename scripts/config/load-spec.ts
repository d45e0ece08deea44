import type { Host } from '../host/host.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import { chooseTarget, type Wish } from './choose-target.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { mirrorOverrides } from './mirror-overrides.ts';
import { readAptSources } from './read-apt-sources.ts';
import { keySubstitutes } from './resolve-keys.ts';
import { resolveSpec } from './resolve-spec.ts';

export interface SpecWish extends Wish {
  /** Default: config/ of the project. */
  readonly configDir?: string;
}

/** The way from YAML and component folders on disk to one ImageSpec, with the texts of every file that it ships. */
export async function loadSpec(host: Host, wish: SpecWish): Promise<{ readonly spec: ImageSpec; readonly texts: SourceTexts }> {
  const [catalogue, hostEntries] = await Promise.all([loadCatalogue(host, wish.configDir), readAptSources(host)]);
  const target = chooseTarget(catalogue, wish);
  const overrides = mirrorOverrides(catalogue.mirrors?.value.mirrors ?? {}, host.facts.env);
  const substitutes = keySubstitutes(catalogue.mirrors?.value.keys ?? {}, host.facts.env);
  return resolveSpec(catalogue, target, { overrides, hostEntries, substitutes });
}
