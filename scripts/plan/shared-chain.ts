import type { LayerRecord } from '../model/layer-record.ts';

/** One disk of a chain, lowest first: what of it is here, and what others have shared. */
export interface ChainLink {
  readonly name: string;
  /** Digest, as it is shared, of the disk that is here; those that are here are the lowest of their chain. */
  readonly localSha256: string | undefined;
  readonly record: LayerRecord | undefined;
}

export interface SharedChoice {
  /** Lowest first; each stands on the one before it, and the first on nothing or on a disk that is here. */
  readonly fetch: readonly LayerRecord[];
  /** Layers that were shared and are of no use here. */
  readonly refused: readonly { readonly name: string; readonly why: string }[];
}

/** Chooses the longest chain that can be had without baking: an overlay is right only on the very bytes that it was made on, so each parent has to be the one that the record above it names. */
export function chooseShared(chain: readonly ChainLink[]): SharedChoice {
  const refused: { readonly name: string; readonly why: string }[] = [];
  for (const [at, { name, localSha256, record }] of [...chain.entries()].toReversed()) {
    if (localSha256 !== undefined) break;
    if (record === undefined) continue;
    const way = wayUpTo(record, chain.slice(0, at));
    if ('fetch' in way) return { fetch: way.fetch, refused };
    refused.push({ name, why: way.why });
  }
  return { fetch: [], refused };
}

function wayUpTo(record: LayerRecord, below: readonly ChainLink[]): { readonly fetch: readonly LayerRecord[] } | { readonly why: string } {
  const { parent } = record;
  if (parent === null) return { fetch: [record] };
  const under = below.at(-1);
  if (under?.localSha256 === parent.sha256) return { fetch: [record] };
  if (under?.record?.sha256 === parent.sha256) {
    const way = wayUpTo(under.record, below.slice(0, -1));
    return 'fetch' in way ? { fetch: [...way.fetch, record] } : way;
  }
  const name = under?.name ?? 'disk';
  if (under?.localSha256 === undefined && under?.record === undefined) return { why: `the ${name} that it stands on is neither here nor shared` };
  return { why: `it stands on another ${name} than the one that is ${under.localSha256 === undefined ? 'shared' : 'here'}` };
}
