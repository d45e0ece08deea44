import { mkdirSync, readFileSync, renameSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Artifact } from '../../scripts/model/artifact.ts';
import type { BuildPlan } from '../../scripts/model/build-plan.ts';
import type { CheckDeclaration } from '../../scripts/model/check.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { artifactDir, findStanding, keepReport, type Standing } from '../../scripts/store/artifacts.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleComponent, sampleSpec } from '../support/sample-spec.ts';
import { addRelease, artifactOf, putRelease, releaseOf, reportOf } from './fixtures.ts';

const CHECK: CheckDeclaration = {
  ...{ id: 'web.up', component: 'web', title: 'it answers', hint: 'look' },
  ...{ guest: { run: 'curl localhost', expect: { exit: 0 }, phases: ['first-boot'] }, saboteur: { where: 'guest', run: 'systemctl stop web' } },
};
const SPEC = sampleSpec({ components: [sampleComponent('web', { checks: [CHECK] })] });

interface Baked {
  readonly host: FakeHost;
  readonly request: { readonly buildDir: string; readonly storeLocation: string; readonly publish: boolean };
  readonly plan: BuildPlan;
  readonly artifact: Artifact;
  readonly dir: string;
  readonly standing: (change?: { readonly spec?: ImageSpec; readonly publish?: boolean; readonly candidate?: boolean }) => Promise<Standing>;
  readonly keep: (change?: Partial<VerificationReport>) => Promise<void>;
}

/** A finished disk of the sample image, as a bake leaves it. */
function baked(): Baked {
  const host = fakeHost([], { pid: process.pid });
  const request = { buildDir: join(host.dir, 'build'), storeLocation: join(host.dir, 'published'), publish: true };
  const plan = samplePlan(SPEC);
  const key = plan.layers.at(-1)?.key ?? '';
  const dir = artifactDir(request.buildDir, SPEC.imageId, key);
  const made = { ...artifactOf(host.dir, 'the disk', SPEC.imageId), key };
  const artifact = { ...made, diskPath: join(dir, 'disk.qcow2') };
  mkdirSync(dir, { recursive: true });
  renameSync(made.diskPath, artifact.diskPath);
  writeFileSync(join(dir, 'artifact.json'), JSON.stringify(artifact));
  return {
    ...{ host, request, plan, artifact, dir },
    standing: ({ spec = SPEC, publish = true, candidate = false } = {}) => findStanding(host, { request: { ...request, publish, candidate }, spec, plan }),
    keep: (change = {}) => keepReport(host, { request, spec: SPEC, artifact, report: reportOf(artifact, change) }),
  };
}

describe('findStanding', () => {
  test('finds nothing where nothing was baked', async () => {
    const { dir, standing } = baked();
    rmSync(dir, { recursive: true });
    expect(await standing()).toEqual({ artifact: null, report: null, release: null, complete: false });
  });

  test('finds a disk that was not verified yet', async () => {
    const { artifact, standing } = baked();
    expect(await standing()).toEqual({ artifact, report: null, release: null, complete: false });
  });

  test('with a report that passed all is done, but for the release', async () => {
    const { artifact, keep, standing } = baked();
    await keep();
    expect(await standing()).toMatchObject({ artifact, report: { verdict: 'pass' }, release: null, complete: false });
    expect(await standing({ publish: false })).toMatchObject({ complete: true });
  });

  test('with a release of these very bytes nothing is left to do', async () => {
    const { host, request, artifact, keep, standing } = baked();
    await keep();
    await addRelease(openStore(host, request.storeLocation), artifact, '2026.11.22-1');
    expect(await standing()).toMatchObject({ release: { version: '2026.11.22-1' }, complete: true });
  });

  test('a candidate stands for a bake of candidates, and for another once it was promoted or taken back', async () => {
    const { host, request, artifact, keep, standing } = baked();
    await keep();
    const store = openStore(host, request.storeLocation);
    const { version } = await putRelease(store, artifact, { ...releaseOf(artifact, '2026.11.22-1'), candidate: true });
    expect(await standing({ candidate: true })).toMatchObject({ release: { version }, complete: true });
    expect(await standing()).toMatchObject({ report: { verdict: 'pass' }, release: null, complete: false });
    const change = { imageId: SPEC.imageId, version };
    await store.exclusively('test', (locked) => locked.mark(change, { yanked: { reason: 'it leaks', at: '2026-11-22' } }));
    expect(await standing()).toMatchObject({ release: { version }, takenBack: 'it leaks', complete: true });
    await store.exclusively('test', async (locked) => {
      await locked.mark(change, { yanked: null });
      await locked.setChannel({ ...change, channel: 'latest', why: 'promote' });
    });
    expect(await standing()).toMatchObject({ release: { version }, complete: true });
  });

  test('a release of other bytes, or one whose disk is not whole, does not count', async () => {
    const { host, request, artifact, keep, standing } = baked();
    await keep();
    const store = openStore(host, request.storeLocation);
    await addRelease(store, { ...artifactOf(host.dir, 'other bytes', SPEC.imageId) }, '2026.11.22-1');
    expect(await standing()).toMatchObject({ release: null, complete: false });
    const release = await addRelease(store, artifact, '2026.11.22-2');
    expect(await standing()).toMatchObject({ release: { version: '2026.11.22-2' } });
    const found = await store.find({ imageId: SPEC.imageId, selector: { kind: 'version', version: release.version } });
    truncateSync(await found.bringDisk(), 1);
    expect(await standing()).toMatchObject({ release: null, complete: false });
    rmSync(await found.bringDisk());
    expect(await standing()).toMatchObject({ release: null, complete: false });
  });

  test.each<[string, Partial<VerificationReport>]>([
    ['failed', { verdict: 'fail' }],
    ['left checks out', { partial: true }],
    ['is of other bytes', { digestAfter: '0'.repeat(64) }],
  ])('a report that %s does not count', async (_title, change) => {
    const { artifact, keep, standing } = baked();
    await keep(change);
    expect(await standing({ publish: false })).toEqual({ artifact, report: null, release: null, complete: false });
  });

  test.each<[string, Partial<CheckDeclaration>]>([
    ['probe', { guest: { run: 'curl -f localhost', expect: { exit: 0 }, phases: ['first-boot'] } }],
    ['expectation', { guest: { run: 'curl localhost', expect: { exit: 1 }, phases: ['first-boot'] } }],
    ['saboteur', { saboteur: { where: 'guest', run: 'rm -rf /var/www' } }],
  ])('a report does not answer another %s than that of its day', async (_title, change) => {
    const { keep, standing } = baked();
    await keep();
    const spec = sampleSpec({ components: [sampleComponent('web', { checks: [{ ...CHECK, ...change }] })] });
    expect(await standing({ spec, publish: false })).toMatchObject({ report: null, complete: false });
  });

  test('nor does it stand any longer than the mute by which it passed', async () => {
    const { artifact, keep, standing } = baked();
    const [row] = reportOf(artifact).rows;
    if (row === undefined) throw new Error('the fixture has a row');
    const mute = { check: row.check, reason: 'known to fail here', see: 'docs/grades.md', until: '2026-11-22' };
    const until = (day: string) => ({ ...SPEC, distro: { ...SPEC.distro, mutes: [{ ...mute, until: day }] } });
    await keep({ rows: [{ ...row, outcome: 'skip', muted: mute }] });
    expect(await standing({ spec: until('2026-11-22'), publish: false })).toMatchObject({ complete: true });
    expect(await standing({ spec: until('2026-11-21'), publish: false })).toMatchObject({ report: null, complete: false });
    expect(await standing({ publish: false })).toMatchObject({ report: null, complete: false });
  });

  test('nor another checklist', async () => {
    const { keep, standing } = baked();
    await keep();
    const checklist = { id: 'list', title: 'List', items: [{ item: 'It answers', checks: ['web.*'], show: {} }] };
    expect(await standing({ spec: { ...SPEC, checklist }, publish: false })).toMatchObject({ report: null, complete: false });
  });

  test('a disk of another size than the one described is not there', async () => {
    const { artifact, standing } = baked();
    truncateSync(artifact.diskPath, artifact.sizeBytes - 1);
    expect(await standing()).toMatchObject({ artifact: null, complete: false });
    rmSync(artifact.diskPath);
    expect(await standing()).toMatchObject({ artifact: null, complete: false });
  });

  test.each(['', '{', 'null', '[1', '"x"'])('documents that are %j are as good as none', async (text) => {
    const { dir, keep, standing } = baked();
    await keep();
    writeFileSync(join(dir, 'report.json'), text);
    expect(await standing({ publish: false })).toMatchObject({ report: null, complete: false });
    writeFileSync(join(dir, 'artifact.json'), text);
    expect(await standing({ publish: false })).toMatchObject({ artifact: null, complete: false });
  });

  test('what stands can be published, also when the build folder has moved since', async () => {
    const before = baked();
    await before.keep();
    const buildDir = join(before.host.dir, 'moved');
    renameSync(before.request.buildDir, buildDir);
    const { artifact, report } = await findStanding(before.host, { request: { ...before.request, buildDir }, spec: SPEC, plan: before.plan });
    expect(artifact?.diskPath.startsWith(buildDir)).toBe(true);
    expect(report === null || report.parent === digestOf(artifact)).toBe(true);
  });
});

describe('keepReport', () => {
  test('lays the report beside the disk, whole, with the digest of its checks', async () => {
    const { dir, artifact, keep } = baked();
    await keep();
    const kept = JSON.parse(readFileSync(join(dir, 'report.json'), 'utf8')) as { checks: string; report: VerificationReport };
    expect(kept.checks).toMatch(/^[0-9a-f]{64}$/);
    expect(kept.report).toEqual(reportOf(artifact));
    expect(dirname(artifact.diskPath)).toBe(dir);
  });
});
