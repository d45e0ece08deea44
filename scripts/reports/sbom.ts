import { Enums, Models, Serialize, Spec } from '@cyclonedx/cyclonedx-library';
import { PackageURL } from 'packageurl-js';
import type { InstalledPackage, Inventory } from '../model/inventory.ts';
import type { Release } from '../model/release.ts';

/** Everything that is installed in a release's disk, as a CycloneDX document that scanners read; the same release always gives the same text. */
export function sbom(release: Release, { packages }: Pick<Inventory, 'packages'>): string {
  const bom = new Models.Bom({ serialNumber: `urn:uuid:${uuidFrom(release.disk.sha256)}`, version: 1 });
  bom.metadata.timestamp = new Date(release.publishedAt);
  bom.metadata.tools.components.add(new Models.Component(Enums.ComponentType.Application, 'ingot'));
  bom.metadata.component = new Models.Component(Enums.ComponentType.OperatingSystem, release.imageId, {
    bomRef: `image/${release.imageId}`,
    version: release.version,
    hashes: new Models.HashDictionary([[Enums.HashAlgorithm['SHA-256'], release.disk.sha256]]),
  });
  for (const item of packages) bom.components.add(componentOf(item, release.distro));
  const serializer = new Serialize.JsonSerializer(new Serialize.JSON.Normalize.Factory(Spec.Spec1dot6));
  return `${serializer.serialize(bom, { sortLists: true, space: 2 })}\n`;
}

function componentOf(item: InstalledPackage, distro: string): Models.Component {
  const { type, name, version, source, arch } = item;
  return new Models.Component(Enums.ComponentType.Library, name, {
    // The format's limit.
    version: version.slice(0, 1024),
    bomRef: [type, name, version, arch ?? source].join('/'),
    purl: packageUrl(item, distro),
    properties: new Models.PropertyRepository([new Models.Property(arch === undefined ? 'ingot:location' : 'ingot:source', source)]),
  });
}

function packageUrl({ type, name, version, arch, source }: InstalledPackage, distro: string): string {
  if (type === 'pip') return new PackageURL('pypi', undefined, name, version).toString();
  if (type === 'npm') {
    const [scope, inner] = name.startsWith('@') ? name.split('/') : [undefined, name];
    return new PackageURL('npm', scope, inner ?? name, version).toString();
  }
  // `<vendor>-<version>`: the vendor is the name space of its packages.
  const vendor = distro.replace(/-[0-9.]+$/, '');
  return new PackageURL(type, vendor, name, version, { arch: arch ?? '', distro, upstream: source }).toString();
}

/** A UUID made of a digest, with the bits that say "made of a name" set: chance has no place in a document. */
function uuidFrom(sha256: string): string {
  const variant = ((Number.parseInt(sha256.slice(16, 18), 16) & 0x3f) | 0x80).toString(16);
  return [sha256.slice(0, 8), sha256.slice(8, 12), `5${sha256.slice(13, 16)}`, `${variant}${sha256.slice(18, 20)}`, sha256.slice(20, 32)].join('-');
}
