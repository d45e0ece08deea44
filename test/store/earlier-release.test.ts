import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { BakeError, interruptedError } from '../../scripts/errors.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Host } from '../../scripts/host/host.ts';
import type { Event } from '../../scripts/model/event.ts';
import { publishArtifact } from '../../scripts/pipelines/publish-artifact.ts';
import { readEarlier, readPresent } from '../../scripts/store/earlier-release.ts';
import { keepGrades } from '../../scripts/store/grades.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { GRADES } from '../reports/sample-grades.ts';
import { fakeHost } from '../support/fake-host.ts';
import { artifactOf, IMAGE_ID, reportOf, specOf } from './fixtures.ts';

const host = fakeHost();
let storeDir = '';
const events: Event[] = [];
beforeEach(() => {
  events.length = 0;
  storeDir = mkdtempSync(join(tmpdir(), 'ingot-earlier-'));
});

const publish = (content: string, packages: readonly string[], candidate = false, on: Host = host) => {
  const artifact = { ...artifactOf(storeDir, content), packages };
  return publishArtifact(
    { host: on, say: (event) => void events.push(event) },
    { storeLocation: storeDir, buildDir: storeDir, artifact, report: reportOf(artifact), spec: specOf(), candidate },
  );
};

test('the newest release, or the newest before a version', async () => {
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID)).toEqual({});
  const first = await publish('one', ['bash 5.1 amd64']);
  const second = await publish('two', ['bash 5.2 amd64', 'new 1 all']);
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID)).toMatchObject({
    earlier: { release: { version: second.version }, packages: ['bash 5.2 amd64', 'new 1 all'] },
  });
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID, second.version)).toMatchObject({ earlier: { release: { version: first.version } } });
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID, first.version)).toEqual({});
});

test('a release is compared with what its users have, not with a candidate that they never got', async () => {
  const [first] = [await publish('one', ['bash 5.1 amd64']), await publish('two', ['bash 5.2 amd64'], true)];
  const store = openStore(host, storeDir);
  expect(await readPresent(store, IMAGE_ID, false)).toMatchObject({ earlier: { release: { version: first.version } } });
  expect(await readPresent(store, IMAGE_ID, true)).toMatchObject({ earlier: { release: { candidate: true } } });
  const third = await publish('three', ['bash 5.3 amd64']);
  const changes: unknown = JSON.parse(await host.files.readText(join(storeDir, IMAGE_ID, third.version, 'changes.json')));
  expect(changes).toMatchObject({ packages: { changed: [{ name: 'bash', before: '5.1', now: '5.3' }] } });
});

test('a release says what is new since the one before, as data and on its page', async () => {
  await publish('one', ['bash 5.1 amd64']);
  const { version } = await publish('two', ['bash 5.2 amd64']);
  const dir = join(storeDir, IMAGE_ID, version);
  expect(JSON.parse(await host.files.readText(join(dir, 'changes.json')))).toMatchObject({
    packages: { changed: [{ name: 'bash', before: '5.1', now: '5.2' }] },
  });
  expect(await host.files.readText(join(dir, 'report.html'))).toContain('bash: 5.1 → 5.2');
});

describe('a release that is there and cannot be read is not taken for none', () => {
  test.each<[string, string, (path: string) => void, string]>([
    ['whose report is no JSON', 'report.json', (path) => writeFileSync(path, 'no'), 'its report.json cannot be read'],
    ['whose report is something else', 'report.json', (path) => writeFileSync(path, '{}'), 'its report.json cannot be read'],
    ['without its report', 'report.json', rmSync, 'it has no report.json'],
    ['without its packages: all would look new', 'packages.txt', rmSync, 'it has no packages.txt'],
    ['without its disk', 'disk.qcow2', rmSync, `The wanted release of ${IMAGE_ID} is damaged, or does not match the index`],
  ])('one %s', async (_what, file, damage, reason) => {
    const { version } = await publish('one', ['bash 5.1 amd64']);
    damage(join(storeDir, IMAGE_ID, version, file));
    expect(await readEarlier(openStore(host, storeDir), IMAGE_ID)).toEqual({ unread: `${version}: ${reason}` });
  });

  test('the next release says so, with the reason, and is published', async () => {
    const first = await publish('one', ['bash 5.1 amd64']);
    rmSync(join(storeDir, IMAGE_ID, first.version, 'packages.txt'));
    const second = await publish('two', ['bash 5.2 amd64']);
    const reason = `${first.version}: it has no packages.txt`;
    expect(await host.files.readText(join(storeDir, IMAGE_ID, second.version, 'CHANGES.md'))).toContain(
      `Not compared with the release before it, which cannot be read: ${reason}`,
    );
    expect(events).toContainEqual({ type: 'note', message: `Not compared with the release before it, which cannot be read: ${reason}` });
  });

  test('nor is a part of it that a later one would be held against', async () => {
    const { version } = await publish('one', ['bash 5.1 amd64']);
    const path = join(storeDir, IMAGE_ID, version, 'proof.json');
    const partOf = async (): Promise<unknown> => (await readEarlier(openStore(host, storeDir), IMAGE_ID)).earlier?.documentOf('proof.json');
    expect(await partOf()).toEqual({});
    writeFileSync(path, '{"killRate":90}');
    expect(await partOf()).toEqual({ document: { killRate: 90 } });
    writeFileSync(path, 'no');
    expect(await partOf()).toEqual({ unread: `${version}: its proof.json cannot be read` });
    await publish('two', ['bash 5.1 amd64']);
    expect(events).toContainEqual({ type: 'note', message: `The kill rate is not compared: ${version}: its proof.json cannot be read` });
  });
});

describe('a store that signs', () => {
  const signing = localHost({
    interrupted: new AbortController().signal,
    projectDir: host.dir,
    env: { ...process.env, INGOT_CONFIG_DIR: join(host.dir, 'config') },
  });

  test('a release that was changed after it was signed is not read, and that is said', async () => {
    const { version } = await publish('one', ['bash 5.1 amd64'], false, signing);
    writeFileSync(join(storeDir, IMAGE_ID, version, 'packages.txt'), 'bash 5.0 amd64\n');
    expect(await readEarlier(openStore(signing, storeDir), IMAGE_ID)).toEqual({
      unread: `${version}: The packages.txt of ${IMAGE_ID}@${version} is not the one that was signed`,
    });
  });

  test('an index that was changed is refused: nothing in such a store can be believed', async () => {
    await publish('one', ['bash 5.1 amd64'], false, signing);
    appendFileSync(join(storeDir, 'index.json'), ' ');
    await expect(readEarlier(openStore(signing, storeDir), IMAGE_ID)).rejects.toMatchObject({ code: 'NOT_TRUSTED', exitStatus: 6 });
  });
});

test('an index that is damaged is refused too', async () => {
  await publish('one', ['bash 5.1 amd64']);
  writeFileSync(join(storeDir, 'index.json'), 'no');
  await expect(readEarlier(openStore(host, storeDir), IMAGE_ID)).rejects.toMatchObject({ code: 'STORE_CORRUPT', exitStatus: 6 });
});

test('a store that cannot be reached is no store without releases', async () => {
  const away = () => Promise.reject(new BakeError('NETWORK_UNREACHABLE', { what: 'There is no way to s3://b', fix: 'Look at the network' }));
  expect(await readEarlier({ ...openStore(host, storeDir), readIndex: away }, IMAGE_ID)).toEqual({ unread: 'There is no way to s3://b' });
});

test('an interruption is not taken for a release that cannot be read', async () => {
  await publish('one', ['bash 5.1 amd64']);
  const store = openStore(host, storeDir);
  await expect(readEarlier({ ...store, find: () => Promise.reject(interruptedError()) }, IMAGE_ID)).rejects.toMatchObject({ code: 'INTERRUPTED' });
});

test('a release takes along what graders said of its disk, and of no other', async () => {
  await keepGrades(host, storeDir, { ...GRADES, diskSha256: artifactOf(storeDir, 'graded').sha256 });
  const graded = await publish('graded', ['bash 5.1 amd64']);
  const other = await publish('other', ['bash 5.1 amd64']);
  const names = async (version: string): Promise<readonly string[]> => host.files.list(join(storeDir, IMAGE_ID, version));
  expect(await names(graded.version)).toContain('grade.json');
  expect(await host.files.readText(join(storeDir, IMAGE_ID, graded.version, 'report.html'))).toContain('CIS level 1');
  expect(await names(other.version)).not.toContain('grade.json');
});
