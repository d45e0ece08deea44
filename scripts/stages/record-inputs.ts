import type { BakeInputs, UsedKeyring } from '../model/bake-inputs.ts';
import type { BuildPlan } from '../model/build-plan.ts';
import type { HostReport } from '../model/host-report.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { commitOf } from '../tools/git.ts';
import type { Context, Stage } from './stage.ts';

export interface InputsToRecord {
  readonly spec: ImageSpec;
  readonly plan: BuildPlan;
  readonly host: HostReport;
  readonly indexDigests: Readonly<Record<string, string>>;
}

/** Writes down what a bake is made from while it can still be asked. */
export const recordInputs: Stage<InputsToRecord, BakeInputs> = {
  name: 'record-inputs',
  title: 'Write down the inputs',
  run: async ({ spec, plan, host: report, indexDigests }, { host }) => ({
    kind: 'BakeInputs',
    schemaVersion: 1,
    plan,
    source: await commitOf(host, host.facts.projectDir),
    tools: report.requirements.filter(({ status }) => status === 'present').map(({ id, version }) => ({ name: id, version })),
    keyrings: await keyringsOf(spec, host),
    indexDigests,
    startedAt: host.clock.now().toISOString(),
  }),
};

async function keyringsOf({ distro }: ImageSpec, host: Context['host']): Promise<readonly UsedKeyring[]> {
  const paths = [
    ...new Set([...distro.repositories.map(({ signedBy }) => signedBy), ...(distro.bootstrap === undefined ? [] : [distro.bootstrap.keyring])]),
  ].toSorted();
  return Promise.all(paths.map(async (path) => ({ path, sha256: (await host.files.stat(path)) === undefined ? null : await host.files.digest(path) })));
}
