import { expect, test } from 'vitest';
import { planCatalogue } from '../../scripts/plan/release-catalogue.ts';
import { simplestreams } from '../../scripts/reports/simplestreams.ts';
import { sampleCatalogue } from '../support/sample-catalogue.ts';

interface Products {
  readonly products: Readonly<
    Record<string, { readonly aliases: string; readonly supported: boolean; readonly versions: Readonly<Record<string, { readonly items: object }>> }>
  >;
}

test('the index is written last and names every product of the file that it points at', () => {
  const files = simplestreams(planCatalogue(sampleCatalogue()));
  expect(files.map(({ path }) => path)).toEqual(['streams/v1/images.json', 'streams/v1/index.json']);
  const [content, index] = files.map(({ text }) => JSON.parse(text) as unknown);
  const names = Object.keys((content as Products).products);
  expect(index).toMatchObject({ format: 'index:1.0', index: { 'ingot:images': { path: 'streams/v1/images.json', format: 'products:1.0', products: names } } });
  expect(names).toHaveLength(3);
});

test('what was taken back is no longer offered', () => {
  const { index, ...rest } = sampleCatalogue();
  const releases = index.releases.map((entry) =>
    entry.imageId === 'box-small-tin-1' ? { ...entry, yanked: { at: entry.publishedAt, reason: 'broken' } } : entry,
  );
  const [file] = simplestreams(planCatalogue({ ...rest, index: { ...index, releases } }));
  const { products } = JSON.parse(file?.text ?? '') as Products;
  expect(Object.keys(products['ingot:box-small-tin-1:amd64']?.versions ?? {})).toEqual([]);
  expect(Object.keys(products['ingot:box-db-zinc-2:amd64']?.versions ?? {})).toHaveLength(3);
});

test('each version has the disk with its digest and size', () => {
  const request = sampleCatalogue();
  const [file] = simplestreams(planCatalogue(request));
  const { products } = JSON.parse(file?.text ?? '') as Products;
  const product = products['ingot:box-small-tin-1:amd64'];
  const entry = request.index.releases.find(({ imageId, version }) => imageId === 'box-small-tin-1' && version === '2026.11.29-1');
  expect(product?.versions['2026.11.29-1']?.items).toEqual({
    'disk1.img': { ftype: 'disk1.img', path: 'box-small-tin-1/2026.11.29-1/disk.qcow2', sha256: entry?.sha256, size: entry?.sizeBytes },
  });
  expect(product).toMatchObject({
    aliases: 'box-small-tin-1,box-small-tin-1/latest,box-small-tin-1/stable',
    supported: true,
    support_eol: '2030-06-30',
    release: 'tinny',
  });
  expect(products['ingot:box-lb-iron-3:amd64']).toMatchObject({ supported: false });
});
