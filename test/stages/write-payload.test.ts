import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { LayerName } from '../../scripts/model/image-spec.ts';
import { writePayload } from '../../scripts/stages/write-payload.ts';
import { filesBelow } from '../support/fake-disks.ts';
import { fakeHost, type FakeHost } from '../support/fake-host.ts';
import { samplePlan, sampleTexts } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

interface Payload {
  readonly host: FakeHost;
  readonly dir: string;
  readonly fetchedDir: string;
  readonly paths: readonly string[];
}

async function payloadOf(name: LayerName): Promise<Payload> {
  const host = fakeHost();
  const [dir, fetchedDir] = [join(host.dir, 'payload'), join(host.dir, 'fetched')];
  mkdirSync(fetchedDir);
  writeFileSync(join(fetchedDir, 'django.whl'), 'wheel');
  const spec = sampleSpec();
  const layer = samplePlan(spec).layers.find((candidate) => candidate.name === name);
  const [lock] = spec.components.flatMap(({ locks }) => locks);
  if (layer === undefined || lock === undefined) throw new Error('the sample image has every layer and a lock');
  await writePayload(host, { spec, texts: sampleTexts(spec), layer, locks: [{ lock, dir: fetchedDir }], dir });
  return {
    host,
    dir,
    fetchedDir,
    paths: filesBelow(dir)
      .map((path) => relative(dir, path))
      .toSorted(),
  };
}

describe('writePayload', () => {
  test('lays out the scripts, the values and the files of a layer, with their modes', async () => {
    const { dir, paths } = await payloadOf('configure');
    expect(paths).toEqual(
      [
        ...['run-layer.sh', 'lib/log.sh', 'layer', 'guest.env', 'steps.list', 'steps/web/configure.sh'],
        ...['files.list', 'files/etc/web.conf', 'files/usr/local/bin/web'],
      ].toSorted(),
    );
    expect(readFileSync(join(dir, 'files/etc/web.conf'), 'utf8')).toBe('workers 4\n');
    expect(readFileSync(join(dir, 'layer'), 'utf8')).toBe('configure\n');
    expect(['run-layer.sh', 'files/usr/local/bin/web', 'guest.env'].map((path) => statSync(join(dir, path)).mode & 0o777)).toEqual([0o755, 0o755, 0o644]);
  });

  test('gives the app layer its fetched packages by link, so that none is copied', async () => {
    const { dir, fetchedDir, paths } = await payloadOf('app');
    expect(paths).toContain('packages/pip/backend/django.whl');
    expect(statSync(join(dir, 'packages/pip/backend/django.whl')).ino).toBe(statSync(join(fetchedDir, 'django.whl')).ino);
  });

  test.each<LayerName>(['packages', 'configure', 'sealed'])('gives the layer %s none', async (name) => {
    expect((await payloadOf(name)).paths.filter((path) => path.startsWith('packages/'))).toEqual([]);
  });
});
