import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { AllowedDifference } from '../model/rebuild-report.ts';
import { loadYaml } from './load-yaml.ts';
import { throwIfInvalid } from './problem.ts';
import { sourceReader } from './source-reader.ts';

/** Reads in what two bakes from the same inputs may differ, and why. */
export async function loadAllowedDifferences(host: Host): Promise<readonly AllowedDifference[]> {
  const reader = sourceReader(host);
  const path = join(host.facts.projectDir, 'config', 'rebuild.yaml');
  const entry = await loadYaml<{ readonly allowed: readonly AllowedDifference[] }>(reader, path, { schema: 'rebuild', id: 'rebuild' });
  throwIfInvalid(reader.problems);
  return entry?.value.allowed ?? [];
}
