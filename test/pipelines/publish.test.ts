import { spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Event } from '../../scripts/model/event.ts';
import { publish, type PublishRequest } from '../../scripts/pipelines/publish.ts';
import type { Desk } from '../../scripts/stages/stage.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { artifactOf, digestText, IMAGE_ID, reportOf, specOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

function setUp(): { readonly desk: Desk; readonly events: Event[]; readonly dir: string; readonly storeLocation: string } {
  const { dir } = fakeHost();
  const host = localHost({ interrupted: new AbortController().signal, projectDir: dir, env: { INGOT_CONFIG_DIR: join(dir, 'config') } });
  const events: Event[] = [];
  return { desk: { host, say: (event) => events.push(event) }, events, dir, storeLocation: join(dir, 'published') };
}

function requestOf(dir: string, content: string, imageId = IMAGE_ID): PublishRequest {
  const artifact = artifactOf(dir, content, imageId);
  return {
    storeLocation: join(dir, 'published'),
    artifact,
    report: reportOf(artifact),
    spec: specOf(imageId),
    reports: [
      { name: 'report.junit.xml', text: '<x/>' },
      { name: 'report.html', text: '<p>' },
    ],
  };
}

describe('publish', () => {
  test('reads the disk once for all digests', async () => {
    const { desk, dir } = setUp();
    const digested: string[] = [];
    const digest: Host['files']['digest'] = (path) => {
      digested.push(path);
      return desk.host.files.digest(path);
    };
    await publish({ ...desk, host: { ...desk.host, files: { ...desk.host.files, digest } } }, requestOf(dir, 'one'));
    expect(digested.filter((path) => path.endsWith('.qcow2'))).toHaveLength(1);
  });

  test('ends with a listed release that latest points at, and says its stages', async () => {
    const { desk, events, dir, storeLocation } = setUp();
    const release = await publish(desk, requestOf(dir, 'one'));
    expect(release.version).toMatch(/^\d{4}\.\d{2}\.\d{2}-1$/);
    const found = await openStore(desk.host, storeLocation).find({ imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } });
    expect(found.release).toEqual(release);
    expect(await found.fileNames()).toEqual([
      'SHA256SUMS',
      'SHA256SUMS.sig',
      'disk.qcow2',
      'manifest.json',
      'packages.txt',
      'report.html',
      'report.json',
      'report.junit.xml',
    ]);
    expect(await found.readText('packages.txt')).toBe('bash 5.2 amd64\nnginx 1.22 amd64\n');
    expect(JSON.parse((await found.readText('report.json')) ?? '')).toMatchObject({ kind: 'VerificationReport', verdict: 'pass' });
    expect(events.filter(({ type }) => type === 'finished').map((event) => 'stage' in event && event.stage)).toEqual([
      'describe-release',
      'write-release',
      'update-index',
    ]);
  });

  test('a disk whose release has lost its own is published again, under the next number', async () => {
    const { desk, dir, storeLocation } = setUp();
    const request = requestOf(dir, 'one');
    const { version } = await publish(desk, request);
    rmSync(join(storeLocation, IMAGE_ID, version, 'disk.qcow2'));
    const again = await publish(desk, request);
    expect(again.version).not.toBe(version);
    expect(
      await (await openStore(desk.host, storeLocation).find({ imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } })).diskSizeBytes(),
    ).toBe(3);
  });

  test('refuses before it touches the store', async () => {
    const { desk, dir, storeLocation } = setUp();
    const request = requestOf(dir, 'one');
    await expect(publish(desk, { ...request, report: { ...request.report, verdict: 'fail' } })).rejects.toMatchObject({ code: 'PUBLISH_REFUSED' });
    expect(existsSync(storeLocation)).toBe(false);
  });

  test('refuses a disk that was written to after its test', async () => {
    const { desk, dir, storeLocation } = setUp();
    const request = requestOf(dir, 'one');
    writeFileSync(request.artifact.diskPath, 'eno');
    await expect(publish(desk, request)).rejects.toMatchObject({ code: 'DISK_CHANGED' });
    expect((await openStore(desk.host, storeLocation).readIndex()).releases).toEqual([]);
    expect(readdirSync(join(storeLocation, IMAGE_ID))).toEqual([]);
  });

  test('refuses an artifact whose disk is gone', async () => {
    const { desk, dir } = setUp();
    const request = requestOf(dir, 'one');
    await desk.host.files.remove(request.artifact.diskPath);
    await expect(publish(desk, request)).rejects.toMatchObject({ code: 'PUBLISH_REFUSED', what: expect.stringContaining('is not there') });
  });

  test('the same proof is published once, a new proof of the same disk is a new version', async () => {
    const { desk, dir } = setUp();
    const request = requestOf(dir, 'one');
    const first = await publish(desk, request);
    expect(await publish(desk, request)).toEqual(first);
    const second = await publish(desk, { ...request, report: reportOf(request.artifact, { verifiedAt: '2026-11-23T00:00:00.000Z' }) });
    expect(second.version).toBe(first.version.replace(/1$/, '2'));
  });

  test('what was a candidate is published for all, under the next number; and once', async () => {
    const { desk, dir, storeLocation } = setUp();
    const request = requestOf(dir, 'one');
    const candidate = await publish(desk, { ...request, candidate: true });
    expect(await publish(desk, { ...request, candidate: true })).toEqual(candidate);
    const release = await publish(desk, request);
    expect(release.version).not.toBe(candidate.version);
    const latest = await openStore(desk.host, storeLocation).find({ imageId: IMAGE_ID, selector: { kind: 'channel', channel: 'latest' } });
    expect(latest.release).toEqual(release);
    expect(await publish(desk, request)).toEqual(release);
  });

  test('killed between folder and index: the next run of the same finds its release instead of making another', async () => {
    const { desk, dir, storeLocation } = setUp();
    const request = requestOf(dir, 'one');
    await openStore(desk.host, storeLocation).prepare();
    const { host } = desk;
    let isWritten = false;
    const rename = async (from: string, to: string): Promise<void> => {
      await host.files.rename(from, to);
      isWritten ||= from.endsWith('.partial');
    };
    const dying: Host = {
      ...host,
      files: { ...host.files, rename, appendText: (...args) => (isWritten ? Promise.reject(new Error('killed')) : host.files.appendText(...args)) },
    };
    await expect(publish({ ...desk, host: dying }, request)).rejects.toThrow('killed');
    expect((await openStore(host, storeLocation).readIndex()).releases).toEqual([]);
    const release = await publish(desk, request);
    expect(release.version).toMatch(/-1$/);
    expect((await openStore(host, storeLocation).readIndex()).releases.map(({ version }) => version)).toEqual([release.version]);
  });

  test('eight at once in one process are all listed, each with its own number and the right digest', async () => {
    const { desk, dir, storeLocation } = setUp();
    const contents = Array.from({ length: 8 }, (_, n) => `disk ${n}`);
    const releases = await Promise.all(contents.map((content) => publish(desk, requestOf(dir, content))));
    expect(new Set(releases.map(({ version }) => version)).size).toBe(8);
    const store = openStore(desk.host, storeLocation);
    expect((await store.readIndex()).releases).toHaveLength(8);
    for (const [n, { version }] of releases.entries()) {
      const { bringDisk, release } = await store.find({ imageId: IMAGE_ID, selector: { kind: 'version', version } });
      expect(readFileSync(await bringDisk(), 'utf8')).toBe(`disk ${n}`);
      expect(release.disk.sha256).toBe(digestText(`disk ${n}`));
    }
  });

  test('publishers in processes of their own get numbers of their own', async () => {
    const { desk, dir, storeLocation } = setUp();
    const root = process.cwd();
    const program = `
      import { localHost } from ${JSON.stringify(join(root, 'scripts/host/local-host.ts'))};
      import { publish } from ${JSON.stringify(join(root, 'scripts/pipelines/publish.ts'))};
      import { artifactOf, reportOf, specOf } from ${JSON.stringify(join(root, 'test/store/fixtures.ts'))};
      const host = localHost({ interrupted: new AbortController().signal, projectDir: '/nowhere', env: { INGOT_CONFIG_DIR: ${JSON.stringify(join(dir, 'config'))} } });
      for (const n of [1, 2]) {
        const artifact = artifactOf(${JSON.stringify(dir)}, process.argv[1] + n);
        await publish({ host, say: () => {} }, { storeLocation: ${JSON.stringify(storeLocation)}, artifact, report: reportOf(artifact), spec: specOf(), reports: [] });
      }`;
    const node = join(root, 'node_modules', '.bin', 'node');
    const codes = await Promise.all(
      ['a', 'b', 'c', 'd'].map(
        (name) => new Promise((resolve) => spawn(node, ['--input-type=module', '-e', program, name], { stdio: 'inherit' }).once('close', resolve)),
      ),
    );
    expect(codes).toEqual([0, 0, 0, 0]);
    const { releases } = await openStore(desk.host, storeLocation).readIndex();
    expect(releases.map(({ version }) => Number(version.split('-')[1]))).toEqual([1, 2, 3, 4, 5, 6, 7, 8]);
    expect(new Set(releases.map(({ sha256 }) => sha256))).toEqual(
      new Set(['a', 'b', 'c', 'd'].flatMap((name) => [digestText(`${name}1`), digestText(`${name}2`)])),
    );
  });

  test('a store that cannot be written ends it', async () => {
    const { desk, dir } = setUp();
    writeFileSync(join(dir, 'published'), 'a file');
    await expect(publish(desk, requestOf(dir, 'one'))).rejects.toMatchObject({ code: 'STORE_NOT_WRITABLE' });
  });
});
