import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { HttpAnswer, HttpRequest } from '../../scripts/host/host.ts';
import { planContainerDisk } from '../../scripts/plan/container-disk.ts';
import { describe, expect, test } from 'vitest';
import { launchElsewhere, type ElsewhereRequest } from '../../scripts/pipelines/launch-elsewhere.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { addRelease, artifactOf, digestText, IMAGE_ID, releaseOf } from '../store/fixtures.ts';
import { giveHomeKey, PUBLIC_KEY, vmDesk, type VmDesk } from './vm-desk.ts';

async function setUp(): Promise<VmDesk> {
  const place = vmDesk();
  giveHomeKey(place.dir, 'id_ed25519');
  await addRelease(openStore(place.host, place.storeLocation), artifactOf(place.dir, 'disk'), '2026.11.22-1');
  return place;
}

const request = (place: VmDesk, change: Partial<ElsewhereRequest> = {}): ElsewhereRequest => ({
  ...{ storeLocation: place.storeLocation, reference: IMAGE_ID, target: 'libvirt' },
  ...change,
});

describe('launchElsewhere', () => {
  test('takes its values from the release, the profile and the caller’s key, and starts nothing', async () => {
    const place = await setUp();
    const { reference, name, files, script, written } = await launchElsewhere(place.desk, request(place));
    expect({ reference, name, written }).toEqual({ reference: `${IMAGE_ID}@2026.11.22-1`, name: IMAGE_ID, written: [] });
    expect(files.map(({ path }) => path)).toEqual(['run.sh', 'domain.xml', 'user-data', 'meta-data', 'network-config']);
    const text = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
    expect(text('domain.xml')).toContain('<memory unit="MiB">8192</memory>');
    expect(text('user-data')).toContain(PUBLIC_KEY);
    expect(text('meta-data')).toContain(`${IMAGE_ID}-2026.11.22-1`);
    expect(script).toContain(place.storeLocation);
    expect(existsSync(place.vmsDir)).toBe(false);
  });

  test('settings of the machine are checked and handed on', async () => {
    const place = await setUp();
    const instancePath = join(place.dir, 'web.yaml');
    writeFileSync(instancePath, 'domain: app.example.com\n');
    const { files } = await launchElsewhere(place.desk, request(place, { target: 'aws', instancePath, name: 'web', memoryMiB: 2048 }));
    expect(files.map(({ path }) => path)).toEqual(['run.sh', 'user-data']);
    expect(files[1]?.text).toContain(Buffer.from('domain: app.example.com\n').toString('base64'));
    writeFileSync(instancePath, 'domian: app.example.com\n');
    await expect(launchElsewhere(place.desk, request(place, { instancePath }))).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('files are written whole, private ones for their owner alone', async () => {
    const place = await setUp();
    const outDir = join(place.dir, 'out');
    const { written, files } = await launchElsewhere(place.desk, request(place, { outDir, target: 'terraform' }));
    expect(written).toEqual(files.map(({ path }) => join(outDir, path)));
    for (const { path, text } of files) expect(readFileSync(join(outDir, path), 'utf8')).toBe(text);
    expect(statSync(join(outDir, 'user-data')).mode & 0o777).toBe(0o600);
    expect(statSync(join(outDir, 'run.sh')).mode & 0o777).toBe(0o700);
  });

  test('a containerDisk is asked of the registry, and printed by its digest', async () => {
    const place = await setUp();
    const release = releaseOf(artifactOf(place.dir, 'disk'), '2026.11.22-1');
    const { manifest } = planContainerDisk(release, { sha256: digestText('layer'), sizeBytes: 5 });
    const asked: string[] = [];
    const fetch = (url: string, { method = 'GET' }: HttpRequest = {}): Promise<HttpAnswer> => {
      asked.push(`${method} ${url}`);
      return Promise.resolve({ status: 200, header: () => undefined, text: () => Promise.resolve(manifest.text), chunks: (async function* () {})() });
    };
    const desk = { ...place.desk, host: { ...place.host, net: { ...place.host.net, fetch } } };
    const { files, script } = await launchElsewhere(desk, request(place, { target: 'kubevirt', containerDisk: 'oci://registry.test/team/vms' }));
    expect(asked).toEqual([`GET https://registry.test/v2/team/vms/manifests/${IMAGE_ID}_2026.11.22-1-containerdisk`]);
    expect(files.find(({ path }) => path === 'vm.yaml')?.text).toContain(`image: "registry.test/team/vms@sha256:${manifest.sha256}"`);
    expect(script).not.toContain('npm --prefix');
  });

  test('refuses a containerDisk where none is pulled, and an address that is none', async () => {
    const place = await setUp();
    const containerDisk = 'oci://registry.test/team/vms';
    await expect(launchElsewhere(place.desk, request(place, { containerDisk }))).rejects.toMatchObject({
      code: 'USAGE',
      fix: expect.stringContaining('--print kubevirt') as string,
    });
    await expect(launchElsewhere(place.desk, request(place, { target: 'kubevirt', containerDisk: 'registry.test/vms:tag' }))).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  test('refuses a place that nobody knows, a name that no machine can have, and a machine that nobody could enter', async () => {
    const place = await setUp();
    await expect(launchElsewhere(place.desk, request(place, { target: 'moon' }))).rejects.toMatchObject({
      code: 'USAGE',
      fix: expect.stringContaining('libvirt') as string,
    });
    await expect(launchElsewhere(place.desk, request(place, { name: "a'; rm -rf /" }))).rejects.toMatchObject({ code: 'USAGE' });
    const keyless = vmDesk();
    await addRelease(openStore(keyless.host, keyless.storeLocation), artifactOf(keyless.dir, 'disk'), '2026.11.22-1');
    await expect(launchElsewhere(keyless.desk, request(keyless))).rejects.toMatchObject({ code: 'USAGE', fix: expect.stringContaining('--ssh-key') as string });
  });
});
