import type { CatalogueImage, CatalogueRelease, ReleaseCatalogue } from '../model/release-catalogue.ts';

/** A file of the store's root that is read by programs of others. */
export interface StreamFile {
  readonly path: string;
  readonly text: string;
}

const CONTENT_ID = 'ingot:images';
const PRODUCTS_PATH = 'streams/v1/images.json';

/** The store in the format of simplestreams, which the image tools of clouds and container managers read: an index, and the products that it names. */
export function simplestreams({ images, madeAt }: ReleaseCatalogue): readonly StreamFile[] {
  const updated = new Date(madeAt).toUTCString().replace('GMT', '+0000');
  const products = Object.fromEntries(images.filter(({ releases }) => releases.length > 0).map((image) => [nameOf(image), productOf(image)]));
  const index = {
    format: 'index:1.0',
    updated,
    index: { [CONTENT_ID]: { format: 'products:1.0', datatype: 'image-downloads', path: PRODUCTS_PATH, updated, products: Object.keys(products) } },
  };
  const content = { format: 'products:1.0', content_id: CONTENT_ID, datatype: 'image-downloads', updated, products };
  return [
    { path: PRODUCTS_PATH, text: textOf(content) },
    // Last: it names the other.
    { path: 'streams/v1/index.json', text: textOf(index) },
  ];
}

function nameOf({ imageId }: CatalogueImage): string {
  return `ingot:${imageId}:amd64`;
}

function productOf(image: CatalogueImage): object {
  const { imageId, distro, codename, version, support, endOfLife, releases } = image;
  const channels = [...new Set(releases.flatMap((release) => release.channels))].toSorted();
  return {
    arch: 'amd64',
    os: distro,
    release: codename,
    release_codename: codename,
    release_title: image.distroTitle,
    version,
    variant: image.role,
    aliases: [imageId, ...channels.map((channel) => `${imageId}/${channel}`)].join(','),
    supported: support === 'supported' || support === 'ending',
    ...(endOfLife === '' ? {} : { support_eol: endOfLife }),
    // Its readers take the newest without asking: what was taken back is not among them.
    versions: Object.fromEntries(releases.filter(({ yanked }) => yanked === undefined).map((release) => [release.version, versionOf(release)])),
  };
}

function versionOf({ imageId, version, sha256, sizeBytes, channels }: CatalogueRelease): object {
  const disk = { ftype: 'disk1.img', path: `${imageId}/${version}/disk.qcow2`, sha256, size: sizeBytes };
  return { label: channels.includes('stable') ? 'release' : 'daily', pubname: `${imageId}-${version}`, items: { 'disk1.img': disk } };
}

function textOf(document: object): string {
  return `${JSON.stringify(document, undefined, 1)}\n`;
}
