import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Artifact } from '../../scripts/model/artifact.ts';
import { digestOf, digestOfText } from '../../scripts/plan/digest.ts';
import { finishDisk, type FinishRequest } from '../../scripts/stages/finish-disk.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { fakeDisks, filesBelow, PROJECT_DIR } from '../support/fake-disks.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { samplePlan, sampleWorkspace } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

const info = (changes: Readonly<Record<string, unknown>>): Answer => ({
  ...{ command: 'qemu-img info', stdout: JSON.stringify({ format: 'qcow2', 'virtual-size': 20 * 2 ** 30, 'actual-size': 300 * 2 ** 20, ...changes }) },
});

interface Finishing {
  readonly host: FakeHost;
  readonly request: FinishRequest;
  readonly finish: () => Promise<Artifact>;
}

/** A compressed disk and two overlays; commit writes the overlay's name into the disk that it was last tied to. */
function finishing(answers: readonly Answer[] = []): Finishing {
  const parents = new Map<string, string>();
  const commits: readonly Answer[] = [
    { command: 'qemu-img rebase', effect: (argv) => void parents.set(argv.at(-1) ?? '', argv[argv.indexOf('-b') + 1] ?? '') },
    {
      command: 'qemu-img commit',
      effect: (argv) => {
        const overlay = argv.at(-1) ?? '';
        const disk = parents.get(overlay) ?? '';
        writeFileSync(disk, `${readFileSync(disk, 'utf8')} + ${readFileSync(overlay, 'utf8')}`);
      },
    },
  ];
  const host = fakeHost(fakeDisks([...answers, ...commits]), { projectDir: PROJECT_DIR });
  const workspace = sampleWorkspace(host.dir);
  const disks = ['flat', 'configure', 'sealed'].map((name) => join(workspace.cacheDir, 'disks', `${name}.qcow2`));
  mkdirSync(join(workspace.cacheDir, 'disks'), { recursive: true });
  for (const path of disks) writeFileSync(path, basename(path, '.qcow2'));
  const [flatPath = '', ...overlayPaths] = disks;
  const request: FinishRequest = {
    ...{ spec: sampleSpec(), plan: samplePlan(), workspace, flatPath, overlayPaths },
    ...{ artifactDir: join(workspace.buildDir, 'artifacts/shop-web-testian-1/key'), stageTimes: () => [{ name: 'configure', seconds: 2 }] },
  };
  return { host, request, finish: () => runStage(deskOf(host), finishDisk, request) };
}

describe('finishDisk', () => {
  test('writes the overlays, lowest first, into a copy of the compressed disk; the cache stays as it is', async () => {
    const { request, finish } = finishing();
    const { diskPath } = await finish();
    expect(readFileSync(diskPath, 'utf8')).toBe('flat + configure + sealed');
    expect([request.flatPath, ...request.overlayPaths].map((path) => readFileSync(path, 'utf8'))).toEqual(['flat', 'configure', 'sealed']);
  });

  test('describes the disk: what it came from, its digest, what is in it', async () => {
    const { request, finish } = finishing();
    const artifact = await finish();
    const { plan, artifactDir } = request;
    expect(artifact).toEqual({
      ...{ kind: 'Artifact', schemaVersion: 1, parent: digestOf(plan), imageId: 'shop-web-testian-1', key: plan.layers.at(-1)?.key },
      ...{ distro: 'testian-1', image: 'shop', role: 'web', driver: 'native', compression: 'zstd', virtualSizeBytes: 20 * 2 ** 30 },
      ...{ diskPath: join(artifactDir, 'disk.qcow2'), sha256: digestOfText('flat + configure + sealed'), sizeBytes: 'flat + configure + sealed'.length },
      ...{ packages: ['bash 5.2 amd64', 'nginx 1.22 amd64'], stageTimes: [{ name: 'configure', seconds: 2 }], bakedAt: '2026-11-22T00:00:00.000Z' },
    });
    expect(JSON.parse(readFileSync(join(artifactDir, 'artifact.json'), 'utf8'))).toEqual(artifact);
    expect(readdirSync(artifactDir).toSorted()).toEqual(['artifact.json', 'disk.qcow2']);
    expect(readdirSync(dirname(artifactDir))).toEqual(['key']);
  });

  test('proves the file system whole, on the very disk that was described, before it is given its name', async () => {
    const seen: string[] = [];
    const check: Answer = {
      command: /check-disk\.sh$/,
      effect: (_argv, { env = {}, contain }) => {
        seen.push(readFileSync(env['DISK'] ?? '', 'utf8'), String(contain));
        expect(existsSync(request.artifactDir)).toBe(false);
        writeFileSync(join(env['WORK_DIR'] ?? '', 'packages.txt'), 'b 1 all\n');
      },
    };
    const { request, finish, host } = finishing([check]);
    expect((await finish()).packages).toEqual(['b 1 all']);
    expect(seen).toEqual(['flat + configure + sealed', 'true']);
    expect(host.commands.findIndex((command) => command.startsWith('qemu-img check'))).toBeGreaterThan(-1);
  });

  test('replaces an older artifact of the same key as a whole', async () => {
    const { request, finish } = finishing();
    mkdirSync(request.artifactDir, { recursive: true });
    for (const name of ['disk.qcow2', 'report.json']) writeFileSync(join(request.artifactDir, name), 'old');
    await finish();
    expect(readdirSync(request.artifactDir).toSorted()).toEqual(['artifact.json', 'disk.qcow2']);
  });

  test.each<[string, Answer, string]>([
    ['is still an overlay', info({ 'backing-filename': '/cache/flat.qcow2' }), 'backing file /cache/flat.qcow2'],
    ['holds next to nothing', info({ 'actual-size': 200_704 }), '200704 bytes'],
    ['has another format', info({ format: 'raw' }), '(raw, '],
  ])('a disk that %s is not finished, whatever the tools reported', async (_title, answer, what) => {
    const { finish } = finishing([answer]);
    await expect(finish()).rejects.toMatchObject({ code: 'BAKE_FAILED', exitStatus: 4, what: expect.stringContaining(what) as string });
  });

  test.each<[string, Answer]>([
    ['a commit', { command: 'qemu-img commit', exitCode: 1 }],
    ['the check of its tables', { command: 'qemu-img check', exitCode: 2 }],
    ['the check of its file system', { command: /check-disk\.sh$/, exitCode: 1, stderr: '/: UNEXPECTED INCONSISTENCY' }],
    ['its description', info({ 'actual-size': 1 })],
  ])('when %s fails, no part of an artifact stays, and the older one does', async (_title, answer) => {
    const { request, finish } = finishing([answer]);
    mkdirSync(request.artifactDir, { recursive: true });
    writeFileSync(join(request.artifactDir, 'artifact.json'), 'old');
    await expect(finish()).rejects.toThrow();
    expect(filesBelow(dirname(request.artifactDir))).toEqual([join(request.artifactDir, 'artifact.json')]);
    expect([request.flatPath, ...request.overlayPaths].map((path) => readFileSync(path, 'utf8'))).toEqual(['flat', 'configure', 'sealed']);
  });
});
