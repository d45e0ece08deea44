import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Artifact } from '../../scripts/model/artifact.ts';
import type { BakeInputs } from '../../scripts/model/bake-inputs.ts';
import type { Release } from '../../scripts/model/release.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { promote, rollback } from '../../scripts/pipelines/channels.ts';
import { yank } from '../../scripts/pipelines/mark-release.ts';
import { publish } from '../../scripts/pipelines/publish.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { envelopeText, payloadOf } from '../../scripts/plan/dsse.ts';
import { provenance } from '../../scripts/plan/provenance.ts';
import { planRelease } from '../../scripts/plan/release-plan.ts';
import { PROVENANCE } from '../../scripts/stages/describe-release.ts';
import { findStandingRelease, type StandingRelease } from '../../scripts/stages/find-standing-release.ts';
import { runStage } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { artifactOf, reportOf } from '../store/fixtures.ts';
import { unflushed } from '../support/fake-disks.ts';
import { fakeHost } from '../support/fake-host.ts';
import { deskOf, type RecordingDesk } from '../support/recording-desk.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

const SPEC = sampleSpec();
const PLAN = samplePlan(SPEC);
const KEY = PLAN.layers.at(-1)?.key ?? '';
const INPUTS: BakeInputs = { kind: 'BakeInputs', schemaVersion: 1, plan: PLAN, source: null, tools: [], keyrings: [], indexDigests: {}, startedAt: '' };

interface Bench {
  readonly desk: RecordingDesk;
  readonly storeLocation: string;
  readonly artifact: (content: string, key?: string) => Artifact;
  readonly released: (content: string, change?: { readonly key?: string; readonly candidate?: boolean }) => Promise<Release>;
  readonly ask: (candidate?: boolean, spec?: ImageSpec) => Promise<StandingRelease | null>;
  readonly notes: () => readonly string[];
  /** From now on, hashing a file is an error. */
  readonly readsNoDisk: () => void;
}

/** A store with real signatures, and a machine that has baked nothing. */
function setUp(): Bench {
  const { dir } = fakeHost();
  const local = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_CONFIG_DIR: join(dir, 'config') } });
  let digest = local.files.digest;
  const desk = deskOf({ ...local, files: { ...unflushed(local.files), digest: (path) => digest(path) } });
  const storeLocation = join(dir, 'published');
  const artifact: Bench['artifact'] = (content, key = KEY) => ({ ...artifactOf(dir, content, SPEC.imageId), key, parent: digestOf(PLAN) });
  return {
    ...{ desk, storeLocation, artifact },
    released: (content, { key, candidate = false } = {}) => {
      const made = artifact(content, key);
      const report = reportOf(made);
      const reports = [{ name: 'report.json', text: JSON.stringify(report) }];
      return publish(desk, { storeLocation, artifact: made, report, spec: SPEC, inputs: INPUTS, reports, candidate });
    },
    ask: (candidate = false, spec = SPEC) => runStage(desk, findStandingRelease, { request: { storeLocation, candidate }, spec, plan: PLAN }),
    readsNoDisk: () => {
      digest = () => Promise.reject(new Error('the disk was read'));
    },
    notes: () => desk.events.flatMap((event) => (event.type === 'note' ? [event.message] : [])),
  };
}

test('a release of these very layers stands, with its report; its disk is not read', async () => {
  const { released, ask, notes, readsNoDisk } = setUp();
  expect(await ask()).toBeNull();
  const release = await released('one');
  readsNoDisk();
  expect(await ask()).toEqual({ release, report: expect.objectContaining({ verdict: 'pass' }) as unknown });
  expect(notes()).toEqual([]);
});

test('through a web server, too: the index and small files are asked for, and of the disk only its size', async () => {
  const { desk, storeLocation, released } = setUp();
  const release = await released('one');
  const asked: string[] = [];
  const server = createServer((request, response) => {
    const path = join(storeLocation, request.url ?? '');
    asked.push(`${request.method} ${basename(path)}`);
    if (!existsSync(path)) return void response.writeHead(404).end();
    response.writeHead(200, { 'Content-Length': statSync(path).size }).end(request.method === 'HEAD' ? undefined : readFileSync(path));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const question = { request: { storeLocation: `http://127.0.0.1:${port}/` }, spec: SPEC, plan: PLAN };
  expect(await runStage(desk, findStandingRelease, question)).toMatchObject({ release });
  server.close();
  expect(asked.filter((line) => line.endsWith('.qcow2')).every((line) => line.startsWith('HEAD '))).toBe(true);
  expect(asked.length).toBeLessThan(30);
});

test('one of other layers is not worth a word', async () => {
  const { released, ask, notes } = setUp();
  await released('one', { key: 'other' });
  expect([await ask(), notes()]).toEqual([null, []]);
});

describe('which releases are asked', () => {
  test('a candidate stands for a bake of candidates; for another it is one only when it was promoted', async () => {
    const { desk, storeLocation, released, ask, notes } = setUp();
    const { imageId, version } = await released('one', { candidate: true });
    expect(await ask(true)).toMatchObject({ release: { version } });
    expect(await ask()).toBeNull();
    expect(notes()).toEqual([
      `${imageId}@${version} was made from the same layers and does not stand: it is a candidate, which \`promote\` would make the latest`,
    ]);
    await promote(desk, { storeLocation, reference: `${imageId}@candidate` });
    expect(await ask()).toMatchObject({ release: { version } });
  });

  test('the newest, also when latest was rolled back from it: a night does not undo what a person did', async () => {
    const { desk, storeLocation, released, ask } = setUp();
    await released('one', { key: 'older' });
    const { imageId, version } = await released('two');
    await rollback(desk, { storeLocation, image: imageId, channel: 'latest' });
    expect(await ask()).toMatchObject({ release: { version } });
  });

  test('not one that others came after: its users have something else', async () => {
    const { released, ask } = setUp();
    await released('one');
    await released('two', { key: 'newer' });
    expect(await ask()).toBeNull();
  });
});

describe('one that was taken back', () => {
  test('stands, with the reason', async () => {
    const { desk, storeLocation, released, ask } = setUp();
    const { imageId, version } = await released('one');
    await yank(desk, { storeLocation, reference: `${imageId}@${version}`, reason: 'a hole' });
    expect(await ask()).toMatchObject({ release: { version }, takenBack: 'a hole' });
  });

  test('stands whatever is checked today: other checks make no other disk', async () => {
    const { desk, storeLocation, released, ask } = setUp();
    const { imageId, version } = await released('one');
    const today = sampleSpec({ checklist: { id: 'list', title: 'List', items: [] } });
    expect(await ask(false, today)).toBeNull();
    await yank(desk, { storeLocation, reference: `${imageId}@${version}`, reason: 'a hole' });
    expect(await ask(false, today)).toMatchObject({ release: { version }, takenBack: 'a hole' });
  });

  test('stands also after others came: who goes back to its inputs is told', async () => {
    const { desk, storeLocation, released, ask } = setUp();
    const { imageId, version } = await released('one');
    await yank(desk, { storeLocation, reference: `${imageId}@${version}`, reason: 'a hole' });
    await released('two', { key: 'newer' });
    expect(await ask()).toMatchObject({ release: { version }, takenBack: 'a hole' });
  });

  test('and was made again since is not the one that stands', async () => {
    const { desk, storeLocation, released, ask } = setUp();
    const { imageId, version } = await released('one');
    await yank(desk, { storeLocation, reference: `${imageId}@${version}`, reason: 'a torn disk' });
    const next = await released('one, baked again');
    const answer = await ask();
    expect(answer).toMatchObject({ release: { version: next.version } });
    expect(answer).not.toHaveProperty('takenBack');
  });
});

describe('one that is not to be relied on does not stand, and that is said', () => {
  test.each(['disk.qcow2', 'report.json', PROVENANCE])('without its %s', async (file) => {
    const { storeLocation, released, ask, notes } = setUp();
    const { imageId, version } = await released('one');
    rmSync(join(storeLocation, imageId, version, file));
    expect([await ask(), notes()]).toEqual([null, [expect.stringContaining('does not stand')]]);
  });

  test('whose provenance was written by somebody else', async () => {
    const { storeLocation, released, ask, notes } = setUp();
    const { imageId, version } = await released('one');
    writeFileSync(join(storeLocation, imageId, version, PROVENANCE), envelopeText('{}', { keyid: 'SHA256:x', sig: 'forged' }));
    expect([await ask(), notes()]).toEqual([null, [expect.stringContaining('is not the one that was signed')]]);
  });

  test.each([
    ['nobody signed', undefined],
    ['is signed by nobody who counts', { keyid: 'SHA256:x', sig: 'forged' }],
  ])('whose provenance %s, in a folder that is signed', async (_title, signature) => {
    const { desk, storeLocation, artifact, ask, notes } = setUp();
    const made = artifact('one');
    const report = reportOf(made);
    const release = planRelease({ artifact: made, report, spec: SPEC }, { version: '2026.11.22-1', publishedAt: '2026-11-22T00:00:00.000Z' });
    const store = openStore(desk.host, storeLocation);
    const statement = provenance({ release, report, spec: SPEC, inputs: INPUTS, byproducts: {} });
    const files = [
      { name: 'report.json', text: JSON.stringify(report) },
      { name: PROVENANCE, text: envelopeText(payloadOf(statement), signature) },
    ];
    await store.prepare();
    await store.exclusively('test', async (writer) => {
      await writer.writeRelease({ release, diskPath: made.diskPath, files });
      await writer.listRelease(release);
    });
    expect([await ask(), notes()]).toEqual([null, [expect.stringContaining('The signature of the provenance')]]);
  });
});

describe('a store that does not answer is an error, not a release that is not there', () => {
  test('because nobody vouches for its index', async () => {
    const { storeLocation, released, ask } = setUp();
    await released('one');
    writeFileSync(join(storeLocation, 'index.json'), '{}\n');
    await expect(ask()).rejects.toMatchObject({ code: 'NOT_TRUSTED', exitStatus: 6 });
  });

  test('because it cannot be reached', async () => {
    const { desk } = setUp();
    const away = (): Promise<never> => Promise.reject(new BakeError('NETWORK_UNREACHABLE', { what: 'No way there', fix: 'Look at the network' }));
    const host = { ...desk.host, net: { ...desk.host.net, fetch: away } };
    const question = { request: { storeLocation: 'https://images.example/store' }, spec: SPEC, plan: PLAN };
    await expect(runStage({ ...desk, host }, findStandingRelease, question)).rejects.toMatchObject({ code: 'NETWORK_UNREACHABLE' });
  });
});
