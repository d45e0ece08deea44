import { describe, expect, test } from 'vitest';
import type { BasePlan } from '../../scripts/model/build-plan.ts';
import type { CloudImageBase, Repository } from '../../scripts/model/distro.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { planBase, type BaseChoice } from '../../scripts/plan/base-plan.ts';
import { sampleDistro, sampleHostFacts, sampleSpec, webComponent } from '../support/sample-spec.ts';

const base = (spec: ImageSpec = sampleSpec(), choice: BaseChoice = 'auto', indexDigests = sampleHostFacts().indexDigests): BasePlan =>
  planBase(spec, choice, sampleHostFacts({ indexDigests }));
const withoutBootstrap = (): ImageSpec => {
  const { bootstrap: _, ...distro } = sampleDistro({ defaultBase: 'cloud-image' });
  return sampleSpec({ distro });
};

describe('planBase', () => {
  test('follows the distro when nobody chose', () => {
    expect(base().kind).toBe('bootstrap');
    expect(base(withoutBootstrap()).kind).toBe('cloud-image');
    expect(base(sampleSpec(), 'cloud-image').kind).toBe('cloud-image');
  });

  test('refuses a kind that the distro does not have', () => {
    expect(() => base(withoutBootstrap(), 'bootstrap')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', fix: expect.stringContaining('--base cloud-image') as string }) as Error,
    );
  });
});

describe('a bootstrap base', () => {
  test('is keyed on what it is made of, under names that say so', () => {
    expect(base().keyFields).toEqual({
      format: '1',
      kind: 'bootstrap',
      virtualSizeMiB: '20480',
      'script packer/bootstrap-disk.sh': 'c'.repeat(64),
      suite: 'first',
      keyring: '/usr/share/keyrings/testian.gpg',
      'package bash': '1',
      'package linux': '1',
      'index first': 'a'.repeat(64),
      'repository first': 'http://public.example/testian first main signed-by=/usr/share/keyrings/testian.gpg',
    });
  });

  const withBase = (change: Partial<Repository>): ImageSpec =>
    sampleSpec({
      distro: sampleDistro({ repositories: sampleDistro().repositories.map((repository) => (repository.base ? { ...repository, ...change } : repository)) }),
    });
  const changes: readonly (readonly [string, ImageSpec])[] = [
    ['a package', sampleSpec({ distro: sampleDistro({ bootstrap: { suite: 'first', packages: ['linux'], keyring: '/usr/share/keyrings/testian.gpg' } }) })],
    [
      'the suite',
      sampleSpec({ distro: sampleDistro({ bootstrap: { suite: 'second', packages: ['linux', 'bash'], keyring: '/usr/share/keyrings/testian.gpg' } }) }),
    ],
    ['the size', sampleSpec({ disk: { virtualSizeMiB: 10_240, compression: 'zstd' } })],
    ['the key ring of a source that stays', withBase({ signedBy: '/usr/share/keyrings/other.gpg' })],
    ['an index that may be old', withBase({ frozen: true })],
    ['the public place', sampleSpec({ mirrors: [{ id: 'testian', url: 'http://moved.example', bakeUrl: 'http://proxy.example/testian' }] })],
  ];
  test.each(changes)('changes with %s', (_name, spec) => {
    expect(base(spec).key).not.toBe(base().key);
  });

  test('changes with the mirror: an old base would carry old packages', () => {
    expect(base(sampleSpec(), 'auto', { first: 'c'.repeat(64), extra: 'b'.repeat(64) }).key).not.toBe(base().key);
  });

  test('does not change with a third party, with components, or with compression', () => {
    expect(base(sampleSpec({ components: [webComponent({ repositories: ['extra'] })] })).key).toBe(base().key);
    expect(base(sampleSpec(), 'auto', { first: 'a'.repeat(64), extra: 'c'.repeat(64) }).key).toBe(base().key);
    expect(base(sampleSpec({ components: [], role: 'db', disk: { virtualSizeMiB: 20_480, compression: 'zlib' } })).key).toBe(base().key);
  });

  test('is refused without a digest of its index', () => {
    expect(() => base(sampleSpec(), 'auto', {})).toThrow(expect.objectContaining({ code: 'BUG', what: expect.stringContaining('first') as string }) as Error);
  });
});

describe('a cloud image', () => {
  test('is fetched from this build’s mirror and keyed on its digest alone', () => {
    const image = base(sampleSpec(), 'cloud-image');
    expect(image).toMatchObject({
      urls: ['http://proxy.example/testian/images/20260705/first.qcow2'],
      digest: { algorithm: 'sha512', hex: 'ab'.repeat(64) },
    });
    expect(image.keyFields).toEqual({ format: '1', kind: 'cloud-image', virtualSizeMiB: '20480', sha512: 'ab'.repeat(64) });
  });

  test('has as many places as the distro has mirrors for it, in their order', () => {
    const { cloudImage } = sampleDistro();
    const distro = sampleDistro({ cloudImage: { ...(cloudImage as CloudImageBase), mirrors: ['vendor', 'testian'] } });
    expect(base(sampleSpec({ distro }), 'cloud-image')).toMatchObject({
      urls: ['http://vendor.example/debs/images/20260705/first.qcow2', 'http://proxy.example/testian/images/20260705/first.qcow2'],
    });
  });

  test('that nobody has looked up names the command that does', () => {
    const { lockedImage: _, ...spec } = sampleSpec();
    expect(() => base(spec, 'cloud-image')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', fix: expect.stringContaining('npm run lock -- --distro testian-1') as string }) as Error,
    );
  });

  test('is not asked for by a digest where the vendor has no such way', () => {
    expect(() => base(sampleSpec(), { imageDigest: { algorithm: 'sha256', hex: 'c'.repeat(64) } })).toThrow(
      expect.objectContaining({ code: 'USAGE' }) as Error,
    );
  });

  describe('that customers only get', () => {
    const customerApi = { loginMirror: 'vendor', loginPath: 'token', clientId: 'client', tokenVariable: 'OFFLINE', downloadPath: 'images/{digest}/download' };
    const distro = sampleDistro({ cloudImage: { ...(sampleDistro().cloudImage as CloudImageBase), customerApi } });

    test('is asked for by the digest of the lock, at the place of this build', () => {
      expect(base(sampleSpec({ distro }), 'cloud-image')).toMatchObject({
        urls: [`http://proxy.example/testian/images/${'ab'.repeat(64)}/download`],
        exchange: { url: 'http://vendor.example/debs/token', clientId: 'client', tokenVariable: 'OFFLINE' },
      });
    });

    test('or by the digest that the caller read on the download page, with or without a lock', () => {
      const { lockedImage: _, ...spec } = sampleSpec({ distro });
      const image = base(spec, { imageDigest: { algorithm: 'sha256', hex: 'c'.repeat(64) } });
      expect(image).toMatchObject({ digest: { hex: 'c'.repeat(64) }, urls: [`http://proxy.example/testian/images/${'c'.repeat(64)}/download`] });
      expect(image.keyFields).toMatchObject({ sha256: 'c'.repeat(64) });
    });
  });

  test('names a mirror that does not exist', () => {
    expect(() => base(sampleSpec({ mirrors: [] }), 'cloud-image')).toThrow(
      expect.objectContaining({ code: 'CONFIG_INVALID', what: expect.stringContaining('"testian"') as string }) as Error,
    );
  });
});

test('a file is keyed on its content, not on its place', () => {
  const file = (path: string, sha256: string): BasePlan => base(sampleSpec(), { path, sha256 });
  expect(file('/a.qcow2', '1'.repeat(64)).key).toBe(file('/b.qcow2', '1'.repeat(64)).key);
  expect(file('/a.qcow2', '1'.repeat(64)).key).not.toBe(file('/a.qcow2', '2'.repeat(64)).key);
});
