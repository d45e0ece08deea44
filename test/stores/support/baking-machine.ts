import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../../scripts/host/host.ts';
import { localHost } from '../../../scripts/host/local-host.ts';
import { bakeStack, type BakedStack } from '../../../scripts/stages/bake-stack.ts';
import { shareLayers } from '../../../scripts/stages/share-layers.ts';
import { runStage } from '../../../scripts/stages/stage.ts';
import { openDiskCache } from '../../../scripts/store/disk-cache.ts';
import { openSharedLayers } from '../../../scripts/store/layers/open-shared-layers.ts';
import { fakeDisks, PROJECT_DIR, settingsOf } from '../../support/fake-disks.ts';
import { fakeHost } from '../../support/fake-host.ts';
import { deskOf } from '../../support/recording-desk.ts';
import { samplePlan, sampleTexts, sampleWorkspace } from '../../support/sample-bake.ts';
import { sampleSpec } from '../../support/sample-spec.ts';

const REAL = new Set(['qemu-img', 'ssh-keygen']);
const DISK_BYTES = 8 * 2 ** 20;

/** A machine with a cache of its own, whose disks are real and small, and whose bytes are its own although their keys are everyone's. */
export interface BakingMachine {
  readonly host: Host;
  readonly bake: () => Promise<BakedStack>;
  /** As after a verification that passed. */
  readonly share: (stack: BakedStack) => Promise<readonly string[]>;
  /** Stages that ran since the last time this was asked. */
  readonly ran: () => readonly string[];
  readonly notes: () => readonly string[];
}

let machines = 0;

/** Sets up a machine that shares its layers at a location; qemu-img, ssh-keygen, files and network are real, and what is baked is a pattern of bytes. */
export async function bakingMachine(location: string, env: Readonly<Record<string, string>>, write = false): Promise<BakingMachine> {
  machines += 1;
  const pattern = machines;
  const fake = fakeHost(
    fakeDisks([
      { command: 'mmdebstrap', effect: (_argv, options) => writeFileSync(options.env?.['DISK'] ?? '', Buffer.alloc(DISK_BYTES, pattern)) },
      { command: 'packer build', effect: ([, , , hclDir = '']) => layOver(hclDir, pattern) },
    ]),
    { projectDir: PROJECT_DIR },
  );
  const local = localHost({ interrupted: new AbortController().signal, projectDir: PROJECT_DIR, env: { ...env, INGOT_CONFIG_DIR: join(fake.dir, 'config') } });
  const host: Host = { ...local, run: (argv, options) => (REAL.has(argv[0]) ? local.run(argv, options) : fake.run(argv, options)) };
  const desk = deskOf(host);
  const spec = sampleSpec();
  const workspace = sampleWorkspace(fake.dir, { runId: `bake-20261122t000000-${String(machines).padStart(8, '0')}` });
  const cache = openDiskCache(host, workspace.cacheDir, workspace.runId);
  const shared = await openSharedLayers(host, { place: { location, write }, say: desk.say });
  return {
    host,
    bake: () => bakeStack(desk, { spec, texts: sampleTexts(spec), plan: samplePlan(spec), cache, workspace, hostAptDump: '', fresh: false, shared }),
    share: async ({ disks }) => (shared === undefined ? [] : runStage(desk, shareLayers, { disks, cache, shared })),
    ran: () => desk.events.splice(0).flatMap((event) => (event.type === 'started' ? [event.stage] : [])),
    notes: () => desk.events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
  };
}

/** An overlay with bytes that no other layer, and no other machine, writes. */
function layOver(hclDir: string, pattern: number): void {
  const settings = settingsOf(hclDir);
  const path = settings.get('OUTPUT_DISK') ?? '';
  const name = settings.get('LAYER_NAME') ?? '';
  execFileSync('qemu-img', ['create', '-q', '-f', 'qcow2', '-b', settings.get('PARENT_DISK') ?? '', '-F', 'qcow2', path]);
  const [offset, byte] = [(name.length % 7) * 2 ** 20, (pattern * 16 + name.length) % 256];
  execFileSync('qemu-io', ['-f', 'qcow2', '-c', `write -q -P ${byte} ${offset} 256k`, path], { stdio: 'pipe' });
}
