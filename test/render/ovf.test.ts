import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { renderOvf } from '../../scripts/render/ovf.ts';
import { loadTemplates } from '../../scripts/stages/load-templates.ts';
import { artifactOf, releaseOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { realProject } from '../support/real-project.ts';

const templates = await loadTemplates(realProject(), ['ovf']);
const release = releaseOf(artifactOf(fakeHost().dir, 'disk'), '2026.11.22-1');

function ask(xml: string, what: string): string {
  return execFileSync('xmllint', ['--xpath', what, '-'], { input: xml, encoding: 'utf8' }).trimEnd();
}

test('names disk, machine and release, and what the first boot reads', () => {
  const xml = renderOvf({ release, size: { cpus: 4, memoryMiB: 8192 }, disk: { file: 'd.vmdk', sizeBytes: 77 }, templates });
  const quantity = (type: number): string => `string(//*[local-name()="Item"][*[local-name()="ResourceType"]=${type}]/*[local-name()="VirtualQuantity"])`;
  expect([ask(xml, quantity(3)), ask(xml, quantity(4))]).toEqual(['4', '8192']);
  expect(ask(xml, 'string(//*[local-name()="FullVersion"])')).toBe('2026.11.22-1');
  expect(ask(xml, 'count(//*[local-name()="Property"])')).toBe('4');
  expect(ask(xml, 'string(//*[local-name()="HostResource"])')).toBe('ovf:/disk/disk1');
});

test('a name cannot become XML', () => {
  const hostile = '"/><evil>&\'<![CDATA[';
  const xml = renderOvf({ release: { ...release, imageId: hostile }, size: { cpus: 1, memoryMiB: 512 }, disk: { file: hostile, sizeBytes: 1 }, templates });
  expect(ask(xml, 'string(//*[local-name()="Name"])')).toBe(hostile);
  expect(ask(xml, 'string(//*[local-name()="File"]/@*[local-name()="href"])')).toBe(hostile);
  expect(ask(xml, 'count(//evil)')).toBe('0');
});
