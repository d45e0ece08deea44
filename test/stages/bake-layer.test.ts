import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { HostFacts } from '../../scripts/model/build-plan.ts';
import type { LayerName } from '../../scripts/model/image-spec.ts';
import { bakeLayer, type LayerRequest } from '../../scripts/stages/bake-layer.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeDisks, filesBelow, PROJECT_DIR, settingsOf } from '../support/fake-disks.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { driverJob } from './driver-job.ts';

const DUMP = 'Acquire::http::Proxy "http://user:hunter2@proxy.corp:3128";\n';

interface Layer {
  readonly host: FakeHost;
  readonly desk: RecordingDesk;
  readonly request: LayerRequest;
  readonly bake: () => Promise<string>;
}

function layerOf(name: LayerName, answers: readonly Answer[] = [], facts: Partial<HostFacts> = {}): Layer {
  const host = fakeHost(fakeDisks(answers), { projectDir: PROJECT_DIR, pid: process.pid });
  const { spec, texts, plan, layer, parentPath, cache, workspace } = driverJob(host, name, facts);
  const request = { spec, texts, plan, layer, parentPath, cache, workspace, locks: [], hostAptDump: DUMP };
  const desk = deskOf(host);
  return { host, desk, request, bake: () => runStage(desk, bakeLayer(layer), request) };
}

const workDirOf = ({ request }: Layer): string => join(request.workspace.runDir, request.layer.name);

describe('bakeLayer', () => {
  test('lays the layer on its parent and keeps it under its key', async () => {
    const layer = layerOf('configure');
    const path = await layer.bake();
    expect(readFileSync(path, 'utf8')).toBe('configure on (parent)');
    const description = JSON.parse(readFileSync(join(layer.request.cache.dir, `${layer.request.layer.key}.json`), 'utf8')) as unknown;
    expect(description).toMatchObject({
      name: 'configure',
      imageId: 'shop-web-testian-1',
      keyFields: layer.request.layer.keyFields,
      parentFile: 'parent.qcow2',
    });
    expect(await layer.request.cache.find(layer.request.layer.key)).toBe(path);
  });

  test('names its parent by its bare file name: the cache can be moved', async () => {
    const layer = layerOf('configure');
    await layer.bake();
    const { cache, layer: planned, parentPath } = layer.request;
    expect(layer.host.commands).toContain(`qemu-img rebase -u -b ${basename(parentPath)} -F qcow2 ${cache.partialPath(planned.key)}`);
  });

  test('gives the driver the whole payload, and takes it away afterwards; the log stays', async () => {
    let seen: readonly string[] = [];
    const look: Answer = {
      command: 'packer build',
      effect: ([, , , hclDir = '']) => {
        const settings = settingsOf(hclDir);
        const payloadDir = settings.get('PAYLOAD_DIR') ?? '';
        seen = filesBelow(payloadDir).map((path) => path.slice(payloadDir.length + 1));
        writeFileSync(settings.get('OUTPUT_DISK') ?? '', 'layer');
      },
    };
    const layer = layerOf('configure', [look]);
    await layer.bake();
    expect(seen).toEqual(expect.arrayContaining(['run-layer.sh', 'guest.env', 'files/etc/web.conf', 'bake/sources.list', 'bake/apt.conf']));
    expect(existsSync(workDirOf(layer))).toBe(false);
    expect(existsSync(join(layer.request.workspace.logDir, 'configure.log'))).toBe(true);
  });

  test.each<LayerName>(['packages', 'app', 'configure', 'sealed'])(
    'lets the host’s way to its mirrors reach bake/ of the layer %s, and nothing else',
    async (name) => {
      let inPayload: readonly string[] = [];
      const look: Answer = {
        command: 'packer build',
        effect: ([, , , hclDir = '']) => {
          const settings = settingsOf(hclDir);
          const payloadDir = settings.get('PAYLOAD_DIR') ?? '';
          inPayload = filesBelow(join(payloadDir, '..'))
            .filter((path) => /hunter2|proxy\.(corp|example)/.test(readFileSync(path, 'utf8')))
            .map((path) => path.slice(payloadDir.length + 1));
          writeFileSync(settings.get('OUTPUT_DISK') ?? '', 'layer');
        },
      };
      const layer = layerOf(name, [look]);
      await layer.bake();
      expect(inPayload.toSorted()).toEqual(['bake/apt.conf', 'bake/sources.list']);
      expect(filesBelow(layer.host.dir).filter((path) => readFileSync(path, 'utf8').includes('hunter2'))).toEqual([]);
      expect(JSON.stringify([layer.host.commands, layer.desk.events])).not.toContain('hunter2');
    },
  );

  test('a layer that fails leaves no disk, no description and no work folder, but its log', async () => {
    const failing: Answer = {
      ...{ command: 'packer build', exitCode: 1, stdout: '    null.layer: ingot: step web/configure.sh failed with 1' },
      effect: ([, , , hclDir = '']) => writeFileSync(settingsOf(hclDir).get('OUTPUT_DISK') ?? '', 'half'),
    };
    const layer = layerOf('configure', [failing]);
    await expect(layer.bake()).rejects.toMatchObject({ code: 'BAKE_FAILED', what: expect.stringContaining('step web/configure.sh failed') as string });
    expect(filesBelow(layer.request.cache.dir)).toEqual([layer.request.parentPath]);
    expect(existsSync(workDirOf(layer))).toBe(false);
    expect(existsSync(join(layer.request.workspace.logDir, 'configure.log'))).toBe(true);
    expect(layer.desk.events.at(-1)).toMatchObject({ type: 'failed', stage: 'configure' });
  });

  test('a layer that cannot be tied to its parent is not kept', async () => {
    const layer = layerOf('configure', [{ command: 'qemu-img rebase', exitCode: 1 }]);
    await expect(layer.bake()).rejects.toMatchObject({ code: 'TOOL_FAILED' });
    expect(filesBelow(layer.request.cache.dir)).toEqual([layer.request.parentPath]);
  });

  test.each<[LayerName, boolean]>([
    ['packages', false],
    ['app', true],
    ['configure', false],
    ['sealed', true],
  ])('clears the free blocks of what is compressed and of what ships, before it is kept: %s %s', async (name, wanted) => {
    let cleared = '';
    const clear: Answer = { command: /clear-free-blocks\.sh$/, effect: (_argv, { env = {} }) => void (cleared = readFileSync(env['DISK'] ?? '', 'utf8')) };
    const layer = layerOf(name, [clear]);
    await layer.bake();
    expect(cleared).toBe(wanted ? `${name} on (parent)` : '');
  });

  test('a layer whose free blocks cannot be cleared is not kept', async () => {
    const layer = layerOf('sealed', [{ command: /clear-free-blocks\.sh$/, exitCode: 1, stderr: 'ingot: 3 pieces of its free space hold data as before\n' }]);
    await expect(layer.bake()).rejects.toMatchObject({ code: 'BAKE_FAILED', details: ['ingot: 3 pieces of its free space hold data as before'] });
    expect(filesBelow(layer.request.cache.dir)).toEqual([layer.request.parentPath]);
  });

  test('bakes in a VM when the plan says so', async () => {
    const packer: Answer = {
      command: 'packer build',
      effect: async ([, , , hclDir = '']) => {
        const settings = settingsOf(hclDir);
        const dir = settings.get('output_directory') ?? '';
        await layer.host.files.makeDir(dir);
        writeFileSync(join(dir, settings.get('vm_name') ?? ''), `vm layer on (${readFileSync(settings.get('iso_url') ?? '', 'utf8')})`);
      },
    };
    const layer: Layer = layerOf('configure', [packer], { driver: 'vm' });
    expect(readFileSync(await layer.bake(), 'utf8')).toBe('vm layer on (parent)');
    expect(layer.host.commands.some((command) => command.startsWith('ssh-keygen'))).toBe(true);
  });
});
