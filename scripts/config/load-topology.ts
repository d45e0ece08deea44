import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import { didYouMean } from '../errors/nearest.ts';
import type { Host } from '../host/host.ts';
import type { Topology } from '../model/topology.ts';
import { chooseTarget } from './choose-target.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { loadShelf } from './load-yaml.ts';
import { throwIfInvalid } from './problem.ts';
import type { Finding } from './rules/rule.ts';
import { topologyFindings } from './rules/topology-rules.ts';
import { sourceReader } from './source-reader.ts';

export interface TopologyWish {
  readonly id: string;
  /** Instead of the topology's own. */
  readonly distro?: string;
  /** What a topology has against itself. */
  readonly faultsOf: (topology: Topology) => readonly Omit<Finding, 'yaml'>[];
}

/** The topology of this name, checked against its schema, against itself, and against the images and sizes that it names. */
export async function loadTopology(host: Host, { id, distro, faultsOf }: TopologyWish): Promise<Topology> {
  const reader = sourceReader(host);
  const [catalogue, { ids, entries }] = await Promise.all([
    loadCatalogue(host),
    loadShelf<Topology>(reader, join(host.facts.projectDir, 'config', 'topologies'), 'topology'),
  ]);
  if (!ids.includes(id))
    throw new BakeError('USAGE', { what: `There is no topology ${JSON.stringify(id.slice(0, 80))}`, fix: `In config/topologies: ${didYouMean(id, ids)}` });
  const findings = [...entries.values()].flatMap((entry) => [
    ...topologyFindings(catalogue, entry),
    ...faultsOf(entry.value).map((fault) => ({ yaml: entry.yaml, ...fault })),
  ]);
  throwIfInvalid([...reader.problems, ...findings.map(({ yaml, path, what, fix }) => ({ file: yaml.file, line: yaml.lineOf(path), path, what, fix }))]);
  const found = entries.get(id);
  if (found === undefined) throw new BakeError('BUG', { what: `The topology ${id} is neither valid nor refused`, fix: 'Report this' });
  return { ...found.value, distro: chooseTarget(catalogue, { distro: distro ?? found.value.distro, image: found.value.image }).distro.id };
}
