import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { localHost } from '../../scripts/host/local-host.ts';
import type { BakeInputs } from '../../scripts/model/bake-inputs.ts';
import type { Release } from '../../scripts/model/release.ts';
import { publishArtifact } from '../../scripts/pipelines/publish-artifact.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';
import { artifactOf, IMAGE_ID, reportOf } from './fixtures.ts';

/** Someone on a machine of their own, with what they have in their environment. */
export function person(dir: string, name: string, env: Readonly<Record<string, string>> = {}): Desk {
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_CONFIG_DIR: join(dir, `config-${name}`), ...env } });
  return { host, say: () => undefined };
}

/** Publishes a disk of a few bytes as they would a baked one, with all that a release has beside it. */
export function publishTo(
  desk: Desk,
  { dir, storeLocation, content }: { readonly dir: string; readonly storeLocation: string; readonly content: string },
): Promise<Release> {
  const plan = samplePlan();
  const artifact = { ...artifactOf(dir, content), parent: digestOf(plan) };
  const inputs: BakeInputs = {
    ...{ kind: 'BakeInputs', schemaVersion: 1, plan, source: null, tools: [], keyrings: [], indexDigests: {} },
    startedAt: '2026-11-22T00:00:00.000Z',
  };
  writeFileSync(join(dirname(artifact.diskPath), 'inputs.json'), JSON.stringify(inputs));
  const spec = sampleSpec({ imageId: IMAGE_ID });
  return publishArtifact(desk, { storeLocation, buildDir: join(dir, 'build'), artifact, report: reportOf(artifact), spec });
}
