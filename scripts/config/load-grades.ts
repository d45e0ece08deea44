import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Grading } from '../model/grading.ts';
import { bakeUrl } from './bake-url.ts';
import { loadCatalogue } from './load-catalogue.ts';
import { loadYaml } from './load-yaml.ts';
import { mirrorOverrides } from './mirror-overrides.ts';
import { throwIfInvalid } from './problem.ts';
import { readAptSources } from './read-apt-sources.ts';
import { sourceReader } from './source-reader.ts';

export interface LoadedGrading {
  readonly grading: Grading;
  /** The place that this host has for the mirror that graders come from. */
  readonly url: string;
}

/** Reads who grades and by which goals, and where this host gets the graders from. */
export async function loadGrades(host: Host): Promise<LoadedGrading> {
  const reader = sourceReader(host);
  const entry = await loadYaml<Grading>(reader, join(host.facts.projectDir, 'config', 'grades.yaml'), { schema: 'grades', id: 'grades' });
  throwIfInvalid(reader.problems);
  if (entry === undefined) throw new BakeError('CONFIG_INVALID', { what: 'config/grades.yaml says nothing', fix: 'Restore it' });
  const [{ mirrors, distros }, hostEntries] = await Promise.all([loadCatalogue(host), readAptSources(host)]);
  const all = mirrors?.value.mirrors ?? {};
  const { mirror: id } = entry.value.source;
  const mirror = all[id];
  if (mirror === undefined)
    throw new BakeError('CONFIG_INVALID', { what: `config/grades.yaml names the mirror ${id}, which config/mirrors.yaml does not have`, fix: 'Add it there' });
  const repositories = [...distros.entries.values()].flatMap(({ value }) => value.repositories.filter((repository) => repository.mirror === id));
  const override = mirrorOverrides(all, host.facts.env).get(id);
  return { grading: entry.value, url: bakeUrl({ mirror, repositories, override, hostEntries }) };
}
