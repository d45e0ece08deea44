import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { bakeStack, decideStack, withFetched, type BakedStack, type StackRequest } from '../../scripts/stages/bake-stack.ts';
import { previewLayers } from '../../scripts/stages/fetch-layers.ts';
import { shareLayers } from '../../scripts/stages/share-layers.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { openDiskCache, type DiskCache } from '../../scripts/store/disk-cache.ts';
import type { SharedLayers } from '../../scripts/store/layers/shared-layers.ts';
import { fakeDisks, PROJECT_DIR, unflushed } from '../support/fake-disks.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { samplePlan, sampleTexts, sampleWorkspace } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

/** A machine of its own: another cache, and disks whose bytes are its own although their keys are everyone's. */
export interface Machine {
  readonly host: FakeHost;
  readonly desk: RecordingDesk;
  readonly cache: DiskCache;
  readonly bake: (change?: Partial<StackRequest>, spec?: ImageSpec) => Promise<BakedStack>;
  /** Gives others what a bake has used. */
  readonly share: (stack: BakedStack) => Promise<readonly string[]>;
  readonly preview: (spec?: ImageSpec) => Promise<BakeOutcome['layers']>;
  /** Stages that ran since the last time this was asked. */
  readonly ran: () => readonly string[];
  readonly notes: () => readonly string[];
}

/** Sets up a machine that shares layers in a place, or in none. */
export function machine(name: string, shared?: SharedLayers): Machine {
  const fake = fakeHost(
    fakeDisks([{ command: 'mmdebstrap', effect: (_argv, { env }) => fake.files.writeUnsynced(env?.['DISK'] ?? '', `bootstrapped by ${name}`) }]),
    {
      pid: process.pid,
      projectDir: PROJECT_DIR,
    },
  );
  const host = { ...fake, files: unflushed(fake.files) };
  const desk = deskOf(host);
  const workspace = sampleWorkspace(host.dir);
  const cache = openDiskCache(host, workspace.cacheDir, workspace.runId);
  const requestOf = (spec: ImageSpec, change: Partial<StackRequest> = {}): StackRequest => ({
    ...{ spec, texts: sampleTexts(spec), plan: samplePlan(spec), cache, workspace, hostAptDump: '', fresh: false, shared },
    ...change,
  });
  return {
    ...{ host, desk, cache },
    bake: (change, spec = sampleSpec()) => bakeStack(desk, requestOf(spec, change)),
    share: async ({ disks }) => (shared === undefined ? [] : runStage(desk, shareLayers, { disks, cache, shared })),
    preview: async (spec = sampleSpec()) => {
      const request = requestOf(spec);
      return withFetched(await decideStack(request), request.plan, await previewLayers(desk, request));
    },
    ran: () => desk.events.splice(0).flatMap((event) => (event.type === 'started' ? [event.stage] : [])),
    notes: () => desk.events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
  };
}
