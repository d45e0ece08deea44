import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { renderOvf } from '../../scripts/render/ovf.ts';
import { loadTemplates } from '../../scripts/stages/load-templates.ts';
import { artifactOf, releaseOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { realProject } from '../support/real-project.ts';

const templates = await loadTemplates(realProject(), ['ovf']);
const release = releaseOf(artifactOf(fakeHost().dir, 'disk'), '2026.11.22-1');

const REQUEST = { release, size: { cpus: 4, memoryMiB: 8192 }, disk: { file: 'd.vmdk', sizeBytes: 77, capacityBytes: 1024 }, templates };

function ask(xml: string, what: string): string {
  return execFileSync('xmllint', ['--xpath', what, '-'], { input: xml, encoding: 'utf8' }).trimEnd();
}

test('names disk, machine and release, and what the first boot reads', () => {
  const xml = renderOvf(REQUEST);
  const quantity = (type: number): string => `string(//*[local-name()="Item"][*[local-name()="ResourceType"]=${type}]/*[local-name()="VirtualQuantity"])`;
  expect([ask(xml, quantity(3)), ask(xml, quantity(4))]).toEqual(['4', '8192']);
  expect(ask(xml, 'string(//*[local-name()="FullVersion"])')).toBe('2026.11.22-1');
  expect(ask(xml, 'count(//*[local-name()="Property"])')).toBe('4');
  expect(ask(xml, 'string(//*[local-name()="HostResource"])')).toBe('ovf:/disk/disk1');
  expect(ask(xml, 'string(//*[local-name()="Disk"]/@*[local-name()="capacity"])')).toBe('1024');
});

test('the machine starts in the way that the image can', () => {
  const firmwareOf = (firmware: typeof release.firmware): string =>
    ask(renderOvf({ ...REQUEST, release: { ...release, firmware } }), 'string(//*[local-name()="Config"]/@*[local-name()="value"])');
  expect([firmwareOf(['bios', 'uefi']), firmwareOf(['bios']), firmwareOf(['uefi'])]).toEqual(['bios', 'bios', 'efi']);
});

test('what the first boot is told comes in on a CD, and the image looks there', () => {
  const xml = renderOvf(REQUEST);
  expect(ask(xml, 'string(//*[local-name()="VirtualHardwareSection"]/@*[local-name()="transport"])')).toMatch(/^iso\b/);
  const drive = '//*[local-name()="Item"][*[local-name()="ResourceType"]=15]';
  const controller = ask(xml, `string(${drive}/*[local-name()="Parent"])`);
  // IDE: a kernel that is made for clouds has no driver for SATA.
  expect(ask(xml, `string(//*[local-name()="Item"][*[local-name()="InstanceID"]=${controller}]/*[local-name()="ResourceType"])`)).toBe('5');
  const settings = readFileSync(join(import.meta.dirname, '../../cloud-init/files/etc/cloud/cloud.cfg.d/90-ingot.cfg'), 'utf8');
  expect(
    /^datasource_list: \[(.*)\]$/m
      .exec(settings)?.[1]
      ?.split(',')
      .map((name) => name.trim()),
  ).toContain('OVF');
});

test('a name cannot become XML', () => {
  const hostile = '"/><evil>&\'<![CDATA[';
  const xml = renderOvf({
    release: { ...release, imageId: hostile },
    size: { cpus: 1, memoryMiB: 512 },
    disk: { file: hostile, sizeBytes: 1, capacityBytes: 1 },
    templates,
  });
  expect(ask(xml, 'string(//*[local-name()="Name"])')).toBe(hostile);
  expect(ask(xml, 'string(//*[local-name()="File"]/@*[local-name()="href"])')).toBe(hostile);
  expect(ask(xml, 'count(//evil)')).toBe('0');
});
