import type { BuildPlan, HostFacts } from '../../scripts/model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../../scripts/model/image-spec.ts';
import type { Workspace } from '../../scripts/model/workspace.ts';
import { planBuild } from '../../scripts/plan/build-plan.ts';
import type { BaseChoice } from '../../scripts/plan/base-plan.ts';
import { sampleHostFacts, sampleSpec } from './sample-spec.ts';

/** The plan of the small image of sample-spec. */
export function samplePlan(spec: ImageSpec = sampleSpec(), facts: Partial<HostFacts> = {}, base: BaseChoice = 'auto'): BuildPlan {
  return planBuild(spec, sampleHostFacts(facts), { base, specDigest: 'c'.repeat(64) });
}

/** A text for every source file of a spec. */
export function sampleTexts(spec: ImageSpec = sampleSpec()): SourceTexts {
  const sources = spec.components.flatMap(({ scripts, files, locks }) => [...Object.values(scripts), ...files, ...locks]);
  return new Map(
    [...spec.guestLibrary, ...sources].map(({ source }) => [source, source.endsWith('.hbs') ? 'workers {{word params.workers}}\n' : `# ${source}\n`]),
  );
}

/** Where one run works, below a folder of a test. */
export function sampleWorkspace(dir: string, changes: Partial<Workspace> = {}): Workspace {
  const runId = 'bake-20261122t000000-0123abcd';
  const logDir = `${dir}/build/runs/${runId}`;
  return { projectDir: dir, buildDir: `${dir}/build`, cacheDir: `${dir}/build/cache`, runDir: `${logDir}/work`, logDir, runId, ...changes };
}
