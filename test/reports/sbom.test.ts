import { Spec, Validation } from '@cyclonedx/cyclonedx-library';
import { describe, expect, test } from 'vitest';
import type { InstalledPackage } from '../../scripts/model/inventory.ts';
import { sbom } from '../../scripts/reports/sbom.ts';
import { artifactOf, releaseOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { HOSTILE_STRINGS } from '../support/hostile-strings.ts';

const release = releaseOf(artifactOf(fakeHost().dir, 'disk'), '2026.11.22-1');
const PACKAGES: readonly InstalledPackage[] = [
  { type: 'deb', name: 'libssl3', version: '1:3.0.2~rc1+deb12u1', source: 'openssl', arch: 'amd64' },
  { type: 'rpm', name: 'bash', version: '5.1-2.el8', source: 'bash-5.1-2.src.rpm', arch: 'x86_64' },
  { type: 'pip', name: 'Django', version: '5.0.1', source: 'opt/app/METADATA' },
  { type: 'npm', name: '@scope/a', version: '1.2.3', source: 'opt/app/node_modules/@scope/a/package.json' },
];
const problemsOf = (text: string): Promise<unknown> => new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);

describe('the bill of materials', () => {
  const text = sbom(release, { packages: PACKAGES });

  test('is valid against the schema of its format', async () => {
    expect(await problemsOf(text)).toBeNull();
    expect(await problemsOf(text.replace('"operating-system"', '"nonsense"'))).not.toBeNull();
  });

  test('names the disk by its digest, and every package by the address that scanners know', () => {
    const bom = JSON.parse(text) as { readonly metadata: { readonly component: unknown }; readonly components: readonly { readonly purl: string }[] };
    expect(bom.metadata.component).toMatchObject({ version: '2026.11.22-1', hashes: [{ alg: 'SHA-256', content: release.disk.sha256 }] });
    expect(bom.components.map(({ purl }) => purl).toSorted()).toEqual([
      expect.stringMatching(/^pkg:deb\/debian\/libssl3@1(:|%3A)3\.0\.2~rc1(\+|%2B)deb12u1\?arch=amd64&distro=debian-12&upstream=openssl$/),
      'pkg:npm/%40scope/a@1.2.3',
      'pkg:pypi/django@5.0.1',
      'pkg:rpm/debian/bash@5.1-2.el8?arch=x86_64&distro=debian-12&upstream=bash-5.1-2.src.rpm',
    ]);
  });

  test('is the same whenever it is written', () => {
    expect(sbom(release, { packages: PACKAGES.toReversed() })).toBe(text);
  });

  test('stays valid whatever a package calls itself', async () => {
    const packages = HOSTILE_STRINGS.filter((name) => name.trim() !== '').map((name) => ({
      type: 'deb' as const,
      name,
      version: name,
      source: name,
      arch: 'amd64',
    }));
    expect(await problemsOf(sbom(release, { packages }))).toBeNull();
  });
});
