import type { BakeInputs, UsedKeyring, UsedTool } from '../model/bake-inputs.ts';
import type { BuildPlan } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { keyringsOf } from '../plan/archive-keyrings.ts';
import { needsOf } from '../plan/host-requirements.ts';
import { commitOf } from '../tools/git.ts';
import { inspectHost } from './inspect-host.ts';
import type { Context, Stage } from './stage.ts';

export interface InputsToRecord {
  readonly spec: ImageSpec;
  readonly plan: BuildPlan;
  readonly indexDigests: Readonly<Record<string, string>>;
}

/** Writes down what a bake is made from while it can still be asked. */
export const recordInputs: Stage<InputsToRecord, BakeInputs> = {
  name: 'record-inputs',
  title: 'Write down the inputs',
  run: async ({ spec, plan, indexDigests }, { host }) => ({
    kind: 'BakeInputs',
    schemaVersion: 1,
    plan,
    source: await commitOf(host, host.facts.projectDir),
    tools: await toolsOf(plan, host),
    keyrings: await usedKeyrings(spec, host),
    indexDigests,
    startedAt: host.clock.now().toISOString(),
  }),
};

/** Every version is asked for: a start must be short, a record must be whole. */
async function toolsOf({ driver }: BuildPlan, host: Context['host']): Promise<readonly UsedTool[]> {
  const { projectDir, isRoot } = host.facts;
  const { requirements } = await inspectHost(host, { needs: needsOf(driver, isRoot), dir: projectDir, versions: 'all' });
  return requirements.flatMap(({ id, version }) => (version === null ? [] : [{ name: id, version }]));
}

async function usedKeyrings({ distro }: ImageSpec, host: Context['host']): Promise<readonly UsedKeyring[]> {
  return Promise.all(
    keyringsOf(distro)
      .toSorted()
      .map(async (path) => ({ path, sha256: (await host.files.stat(path)) === undefined ? null : await host.files.digest(path) })),
  );
}
