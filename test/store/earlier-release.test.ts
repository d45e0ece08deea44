import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, test } from 'vitest';
import { publishArtifact } from '../../scripts/pipelines/publish-artifact.ts';
import { readEarlier, readPresent } from '../../scripts/store/earlier-release.ts';
import { keepGrades } from '../../scripts/store/grades.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { GRADES } from '../reports/sample-grades.ts';
import { fakeHost } from '../support/fake-host.ts';
import { artifactOf, IMAGE_ID, reportOf, specOf } from './fixtures.ts';

const host = fakeHost();
let storeDir = '';
beforeEach(() => {
  storeDir = mkdtempSync(join(tmpdir(), 'ingot-earlier-'));
});

const publish = (content: string, packages: readonly string[], candidate = false) => {
  const artifact = { ...artifactOf(storeDir, content), packages };
  return publishArtifact(
    { host, say: () => undefined },
    { storeLocation: storeDir, buildDir: storeDir, artifact, report: reportOf(artifact), spec: specOf(), candidate },
  );
};

test('the newest release, or the newest before a version', async () => {
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID)).toBeUndefined();
  const first = await publish('one', ['bash 5.1 amd64']);
  const second = await publish('two', ['bash 5.2 amd64', 'new 1 all']);
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID)).toMatchObject({
    release: { version: second.version },
    packages: ['bash 5.2 amd64', 'new 1 all'],
  });
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID, second.version)).toMatchObject({ release: { version: first.version } });
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID, first.version)).toBeUndefined();
});

test('a release is compared with what its users have, not with a candidate that they never got', async () => {
  const [first] = [await publish('one', ['bash 5.1 amd64']), await publish('two', ['bash 5.2 amd64'], true)];
  const store = openStore(host, storeDir);
  expect(await readPresent(store, IMAGE_ID, false)).toMatchObject({ release: { version: first.version } });
  expect(await readPresent(store, IMAGE_ID, true)).toMatchObject({ release: { candidate: true } });
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

test('a release whose report cannot be read is compared with nothing', async () => {
  const { version } = await publish('one', ['bash 5.1 amd64']);
  writeFileSync(join(storeDir, IMAGE_ID, version, 'report.json'), 'no');
  expect(await readEarlier(openStore(host, storeDir), IMAGE_ID)).toBeUndefined();
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
