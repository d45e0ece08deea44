import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test, vi } from 'vitest';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import { bake, type BakeRequest } from '../../scripts/pipelines/bake.ts';
import { yank } from '../../scripts/pipelines/mark-release.ts';
import { verify } from '../../scripts/pipelines/verify.ts';
import { withLock } from '../../scripts/store/lock.ts';
import { envelopeText, openEnvelope } from '../../scripts/plan/dsse.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { filesBelow } from '../support/fake-disks.ts';
import type { Answer, FakeHost } from '../support/fake-host.ts';
import { deskOf } from '../support/recording-desk.ts';
import { bakingHost, requestOf, verified } from './baking-host.ts';

// A verification boots a VM: here it only reports. Its own tests are beside this one.
vi.mock('../../scripts/pipelines/verify.ts', () => ({ verify: vi.fn() }));
const report = vi.mocked(verify);
beforeEach(() => {
  report.mockReset();
  report.mockImplementation((_desk, request) => Promise.resolve(verified(request)));
});

const CONF = 'packer/components/web/files/etc/web/web.conf.hbs';
const baked = (host: FakeHost, changes: Partial<BakeRequest> = {}): Promise<BakeOutcome> => bake(deskOf(host), requestOf(host, changes));
const packerRuns = (host: FakeHost): number => host.commands.filter((command) => command.startsWith('packer build')).length;
const changeConfiguration = (host: FakeHost): void => writeFileSync(join(host.dir, CONF), 'other {{word params.workerCount}}\n');
const actions = ({ layers }: BakeOutcome): Readonly<Record<string, string>> => Object.fromEntries(layers.map(({ name, action }) => [name, action]));
const runsOf = (host: FakeHost): readonly string[] => readdirSync(join(host.dir, 'build/runs'));

describe('bake', () => {
  test('from nothing to a published image: bakes, verifies the finished disk, publishes that very disk', async () => {
    const host = bakingHost();
    const outcome = await baked(host);
    expect(outcome).toMatchObject({ status: 'published', imageId: 'box-small-tin-1', reference: 'box-small-tin-1@2026.11.22-1', report: { verdict: 'pass' } });
    expect(actions(outcome)).toEqual({ base: 'baked', packages: 'baked', configure: 'baked', sealed: 'baked' });
    expect(report.mock.calls[0]?.[1]).toMatchObject({ diskPath: outcome.artifact?.diskPath, accelerator: 'tcg', artifactDigest: outcome.report?.parent });
    const found = await openStore(host, join(host.dir, 'published')).find({
      imageId: outcome.imageId,
      selector: { kind: 'channel', channel: 'latest' },
    });
    const diskPath = await found.bringDisk();
    expect(readFileSync(diskPath, 'utf8')).toBe(readFileSync(outcome.artifact?.diskPath ?? '', 'utf8'));
    const envelope = openEnvelope((await found.readText('provenance.intoto.json')) ?? '');
    expect(JSON.parse(envelope?.payload ?? '{}')).toMatchObject({ subject: [{ digest: { sha256: outcome.artifact?.sha256 } }] });
    expect(found.release.documents).toEqual({
      spec: expect.any(String),
      plan: outcome.artifact?.parent,
      artifact: outcome.report?.parent,
      report: found.release.parent,
    });
    expect(outcome.stageTimes.map(({ name }) => name)).toEqual(expect.arrayContaining(['indexes', 'base', 'packages', 'configure', 'sealed', 'finish']));
  });

  test('a key ring that signs the distro’s packages and is not here is told before anything begins', async () => {
    const host = bakingHost();
    const exists = async (path: string): Promise<boolean> => path !== '/usr/share/keyrings/tin.gpg' && host.files.exists(path);
    await expect(baked({ ...host, files: { ...host.files, exists } })).rejects.toMatchObject({
      ...{ code: 'HOST_NOT_READY', exitStatus: 3 },
      details: [expect.stringContaining('/usr/share/keyrings/tin.gpg is missing (checks who signed the packages of tin-1)')],
    });
    expect(existsSync(join(host.dir, 'build'))).toBe(false);
  });

  test('an unchanged image is nothing to do: no packer, no VM, the same release', async () => {
    const host = bakingHost();
    const first = await baked(host);
    host.commands.length = 0;
    const again = await baked(host);
    expect(again).toMatchObject({ status: 'nothing-to-do', reference: first.reference, report: { verdict: 'pass' } });
    expect(Object.values(actions(again)).every((action) => action === 'cached')).toBe(true);
    expect([packerRuns(host), report.mock.calls.length]).toEqual([0, 1]);
  });

  test('a change bakes what is above it, verifies again and publishes the next version', async () => {
    const host = bakingHost();
    await baked(host);
    changeConfiguration(host);
    const outcome = await baked(host);
    expect(outcome).toMatchObject({ status: 'published', reference: 'box-small-tin-1@2026.11.22-2' });
    expect(actions(outcome)).toEqual({ base: 'cached', packages: 'cached', configure: 'baked', sealed: 'baked' });
    expect(report).toHaveBeenCalledTimes(2);
  });

  test('a disk that was baked and not yet verified is not baked again', async () => {
    const host = bakingHost();
    report.mockRejectedValueOnce(new Error('killed'));
    await expect(baked(host)).rejects.toThrow('killed');
    const runs = packerRuns(host);
    expect(await baked(host)).toMatchObject({ status: 'published' });
    expect(packerRuns(host)).toBe(runs);
  });

  test('publishes nothing unless it may; the report stands, and publishing later needs no VM', async () => {
    const host = bakingHost();
    expect(await baked(host, { publish: false })).toMatchObject({ status: 'baked', reference: null, release: null });
    expect(existsSync(join(host.dir, 'published'))).toBe(false);
    expect(await baked(host)).toMatchObject({ status: 'published' });
    expect(report).toHaveBeenCalledTimes(1);
  });

  test('fresh takes nothing from any cache', async () => {
    const host = bakingHost();
    await baked(host);
    const runs = packerRuns(host);
    const outcome = await baked(host, { fresh: true });
    expect(outcome.status).toBe('published');
    expect(outcome.layers.every(({ why }) => why.join() === '--fresh was given')).toBe(true);
    expect(packerRuns(host)).toBe(2 * runs);
  });

  test('another compression is another disk', async () => {
    const host = bakingHost();
    await baked(host);
    expect(await baked(host, { compression: 'zlib' })).toMatchObject({ status: 'published', artifact: { compression: 'zlib' } });
  });
});

describe('an unchanged image whose release was taken back', () => {
  async function takenBack(): Promise<FakeHost> {
    const host = bakingHost();
    await baked(host);
    await yank(deskOf(host), { storeLocation: join(host.dir, 'published'), reference: 'box-small-tin-1@latest', reason: 'a hole' });
    host.commands.length = 0;
    return host;
  }

  test.each<[string, (host: FakeHost) => void]>([
    ['where it was baked', () => undefined],
    ['on a machine that starts empty', (host) => rmSync(join(host.dir, 'build'), { recursive: true })],
  ])('is not made again by a bake of the same, %s', async (_title, change) => {
    const host = await takenBack();
    change(host);
    expect(await baked(host)).toMatchObject({ status: 'nothing-to-do', reference: 'box-small-tin-1@2026.11.22-1', takenBack: 'a hole' });
    expect(packerRuns(host)).toBe(0);
  });

  test('is made again with --fresh, and that one stands', async () => {
    const host = await takenBack();
    expect(await baked(host, { fresh: true })).toMatchObject({ status: 'published', reference: 'box-small-tin-1@2026.11.22-2' });
    const again = await baked(host);
    expect(again).toMatchObject({ status: 'nothing-to-do', reference: 'box-small-tin-1@2026.11.22-2' });
    expect(again).not.toHaveProperty('takenBack');
  });

  test('is made again when something that goes into it has changed', async () => {
    const host = await takenBack();
    changeConfiguration(host);
    expect(await baked(host)).toMatchObject({ status: 'published', reference: 'box-small-tin-1@2026.11.22-2' });
  });
});

describe('on a machine that starts empty', () => {
  const RELEASE = 'published/box-small-tin-1/2026.11.22-1';

  /** A machine that has published, and from which all but the store is gone. */
  async function emptied(): Promise<FakeHost> {
    const host = bakingHost();
    await baked(host);
    rmSync(join(host.dir, 'build'), { recursive: true });
    host.commands.length = 0;
    report.mockClear();
    // The same disk, verified at another time.
    report.mockImplementation((_desk, request) => Promise.resolve({ ...verified(request), verifiedAt: '2026-11-22T01:00:00.000Z' }));
    return host;
  }

  test('a release that was made from the same layers stands: nothing is baked, booted or fetched', async () => {
    const host = await emptied();
    const outcome = await baked(host);
    expect(outcome).toMatchObject({ status: 'nothing-to-do', reference: 'box-small-tin-1@2026.11.22-1', artifact: null, report: { verdict: 'pass' } });
    expect(new Set(Object.values(actions(outcome)))).toEqual(new Set(['released']));
    expect([packerRuns(host), report.mock.calls.length]).toEqual([0, 0]);
    expect(filesBelow(join(host.dir, 'build')).filter((path) => path.endsWith('.qcow2'))).toEqual([]);
  });

  test.each([{ explain: true }, { dryRun: true }])('%o says so', async (change) => {
    const outcome = await baked(await emptied(), change);
    expect(outcome).toMatchObject({ reference: 'box-small-tin-1@2026.11.22-1', artifact: null });
    expect(new Set(Object.values(actions(outcome)))).toEqual(new Set(['released']));
  });

  test.each<[string, Partial<BakeRequest>, string]>([
    ['with --fresh', { fresh: true }, 'published'],
    ['without publishing, for then a disk is wanted here', { publish: false }, 'baked'],
  ])('it is baked all the same %s', async (_title, change, status) => {
    expect(await baked(await emptied(), change)).toMatchObject({ status });
    expect(report).toHaveBeenCalledTimes(1);
  });

  test.each<[string, (host: FakeHost) => Promise<unknown> | void]>([
    ['other layers are wanted', changeConfiguration],
    ['its disk is gone', (host) => rmSync(join(host.dir, RELEASE, 'disk.qcow2'))],
    ['its provenance is not its own', (host) => writeFileSync(join(host.dir, RELEASE, 'provenance.intoto.json'), envelopeText('{}', undefined))],
    ['its report is', (host) => writeFileSync(join(host.dir, RELEASE, 'report.json'), '{}')],
  ])('it is baked, verified and published when of the last one %s', async (_title, change) => {
    const host = await emptied();
    await change(host);
    expect(await baked(host)).toMatchObject({ status: 'published', reference: 'box-small-tin-1@2026.11.22-2' });
    expect([packerRuns(host), report.mock.calls.length]).toEqual([3, 1]);
  });

  test('other checks than those that it passed are asked, and why is said', async () => {
    const host = await emptied();
    const path = join(host.dir, 'packer/components/web/component.yaml');
    writeFileSync(path, readFileSync(path, 'utf8').replace('hint', 'hint: look closer #'));
    const desk = deskOf(host);
    expect(await bake(desk, requestOf(host))).toMatchObject({ status: 'published', reference: 'box-small-tin-1@2026.11.22-2' });
    expect(report).toHaveBeenCalledTimes(1);
    expect(desk.events).toContainEqual({
      type: 'note',
      message: 'box-small-tin-1@2026.11.22-1 was made from the same layers and does not stand: it passed other checks than those of today',
    });
  });

  test('a store that cannot be read is told before anything is baked', async () => {
    const host = await emptied();
    writeFileSync(join(host.dir, 'published/index.json'), 'no');
    await expect(baked(host)).rejects.toMatchObject({ code: 'STORE_CORRUPT', exitStatus: 6 });
    expect(packerRuns(host)).toBe(0);
  });
});

describe('bake --explain and --dry-run', () => {
  test.each([
    [{ explain: true }, 'explained'],
    [{ dryRun: true }, 'dry-run'],
  ])('%o only tells', async (change, status) => {
    const host = bakingHost();
    const outcome = await baked(host, change);
    expect(outcome).toMatchObject({ status, artifact: null, release: null });
    expect(outcome.layers[0]).toMatchObject({ name: 'base', action: 'baked', why: ['nothing like it is in the cache yet'] });
    expect([packerRuns(host), report.mock.calls.length]).toEqual([0, 0]);
    expect(filesBelow(join(host.dir, 'build/cache'))).toEqual([]);
    expect(existsSync(join(host.dir, 'published'))).toBe(false);
  });

  test('names the file that changed', async () => {
    const host = bakingHost();
    await baked(host);
    changeConfiguration(host);
    const { layers } = await baked(host, { explain: true });
    expect(layers.find(({ name }) => name === 'configure')?.why).toEqual([`file ${CONF} changed`]);
  });
});

describe('a bake that fails', () => {
  const failing: Answer = { command: /^packer build .*\/configure\//, exitCode: 1, stdout: '    null.layer: ingot: step web/configure.sh failed with 1' };

  test('in a layer names the step, leaves the log that it names, and nothing half-made', async () => {
    const host = bakingHost({}, [failing]);
    const error = await baked(host).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'BAKE_FAILED', exitStatus: 4, what: 'The layer configure could not be baked: step web/configure.sh failed with 1' });
    expect(filesBelow(join(host.dir, 'build')).filter((path) => /\.(partial|tmp|part|lock)$/.test(path))).toEqual([]);
    expect(existsSync(join(host.dir, 'published'))).toBe(false);
    const { fix } = error as { fix: string };
    const [logPath = ''] = /\/\S+\.log/.exec(fix) ?? [];
    expect(existsSync(logPath)).toBe(true);
  });

  test('in its verification is not published, names the checks, and is verified again the next time', async () => {
    const host = bakingHost();
    report.mockImplementationOnce((_desk, request) => Promise.resolve({ ...verified(request, 'web.answers'), failureKit: '/runs/x/failure-kit' }));
    await expect(baked(host)).rejects.toMatchObject({
      ...{ code: 'VERIFICATION_FAILED', exitStatus: 5, details: ['web.answers (first-boot): f', 'web.answers (after-reboot): f'] },
      what: 'box-small-tin-1 was baked and did not pass, for 2 reasons',
      fix: expect.stringContaining('/runs/x/failure-kit') as string,
    });
    expect(existsSync(join(host.dir, 'published'))).toBe(false);
    expect(await baked(host)).toMatchObject({ status: 'published' });
    expect(report).toHaveBeenCalledTimes(2);
  });

  test('leaves its run as ended, or as kept when that was asked for', async () => {
    const stateOf = async (keepFailed: boolean): Promise<unknown> => {
      const host = bakingHost({}, [failing]);
      await expect(baked(host, { keepFailed })).rejects.toMatchObject({ code: 'BAKE_FAILED' });
      const [run = ''] = runsOf(host);
      return (JSON.parse(readFileSync(join(host.dir, 'build/runs', run, 'run.json'), 'utf8')) as { state: string }).state;
    };
    expect(await stateOf(false)).toBe('ended');
    expect(await stateOf(true)).toBe('kept');
  });
});

describe('a bake does not begin', () => {
  test('while the same image is being baked', async () => {
    const host = bakingHost();
    const lockPath = join(host.dir, 'build/locks/box-small-tin-1.lock');
    await withLock(host, lockPath, { purpose: 'baking box-small-tin-1' }, async () => {
      await expect(baked(host)).rejects.toMatchObject({ code: 'BUSY', exitStatus: 3, what: expect.stringContaining('baking box-small-tin-1') as string });
    });
    expect(existsSync(join(host.dir, 'build/runs'))).toBe(false);
  });

  test('on a host that lacks something, and says what', async () => {
    const host = bakingHost();
    const exists = (path: string): Promise<boolean> => (path.endsWith('/mmdebstrap') ? Promise.resolve(false) : host.files.exists(path));
    await expect(baked({ ...host, files: { ...host.files, exists } })).rejects.toMatchObject({
      ...{ code: 'HOST_NOT_READY', exitStatus: 3, details: [expect.stringContaining('mmdebstrap is missing') as string] },
    });
    expect(existsSync(join(host.dir, 'build'))).toBe(false);
  });

  test('for what the configuration does not have', async () => {
    await expect(baked(bakingHost(), { distro: 'lead' })).rejects.toMatchObject({ exitStatus: 2 });
  });

  test('without its mirror, which it names', async () => {
    const host = bakingHost({}, [{ command: /apt-helper/, exitCode: 100, stderr: 'E: Could not resolve' }]);
    await expect(baked(host)).rejects.toMatchObject({
      code: 'NETWORK_UNREACHABLE',
      what: expect.stringContaining('The package mirror tin.example did not give') as string,
    });
  });
});
