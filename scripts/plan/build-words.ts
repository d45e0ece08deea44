import type { ImageSpec } from '../model/image-spec.ts';

export interface BuildPlaces {
  readonly projectDir: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

const PLACES = /^(https?_proxy|all_proxy|ftp_proxy|pip_index_url|npm_config_registry)$/i;
const SHORTEST = 8;

/** Words that are true of the host that bakes and of nobody else: its mirrors, its proxies, its folder. No image may hold one of them. */
export function buildWords({ mirrors }: ImageSpec, { projectDir, env }: BuildPlaces): readonly string[] {
  const known = new Set(mirrors.map(({ url }) => hostOf(url)));
  const places = Object.entries(env).flatMap(([name, value]) => (PLACES.test(name) && value !== undefined ? [value] : []));
  const hosts = [...mirrors.map(({ bakeUrl }) => bakeUrl), ...places].map(hostOf).filter((host) => host !== undefined && !known.has(host));
  const words = [...hosts, ...(projectDir.split('/').length > 2 ? [projectDir] : [])];
  return [...new Set(words)].filter((word): word is string => word !== undefined && word.length >= SHORTEST && !PUBLIC.test(word)).toSorted();
}

/** Registries that everybody uses, and names that every machine has. */
const PUBLIC = /^(localhost|127\.0\.0\.1|(files\.)?pythonhosted\.org|pypi\.org|registry\.npmjs\.org|(deb|security|archive)\.(debian|ubuntu)\.(org|com))$/;

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

/** The same, as what sealed probes are told. */
export function buildTraces(spec: ImageSpec, places: BuildPlaces): Readonly<Record<string, string>> {
  return { INGOT_BUILD_WORDS: buildWords(spec, places).join('\n') };
}
