import { describe, expect, test } from 'vitest';
import type { Repository } from '../../scripts/model/distro.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { repositoryFiles, usedRepositories } from '../../scripts/plan/repository-files.ts';
import { sampleComponent, sampleDistro, sampleSource, sampleSpec } from '../support/sample-spec.ts';

const KEY = { id: 'vendor', fingerprint: 'A'.repeat(40), file: sampleSource('config/keys/vendor.asc') };

function specWith(changes: Partial<Repository>, family: 'debian' | 'el' = 'debian', more: Partial<ImageSpec> = {}): ImageSpec {
  const [own, extra] = sampleDistro().repositories;
  const repositories = [own, { ...extra, key: 'vendor', ...changes }].filter((repository) => repository !== undefined) as readonly Repository[];
  return sampleSpec({
    distro: sampleDistro({ family, repositories }),
    components: [sampleComponent('web', { repositories: ['extra'] })],
    keys: [KEY],
    ...more,
  });
}

const textsOf = (spec: ImageSpec): Readonly<Record<string, string>> =>
  Object.fromEntries(repositoryFiles(spec).map(({ target, content }) => [target, 'text' in content ? content.text : content.source.source]));

describe('what an image keeps of third parties', () => {
  test('apt: the public place in deb822, the key where the place names it, a pin', () => {
    expect(textsOf(specWith({ pin: { packages: ['nodejs'], version: '18.*' } }))).toEqual({
      '/etc/apt/sources.list.d/extra.sources':
        'Types: deb\nURIs: http://vendor.example/debs\nSuites: stable\nComponents: main\nArchitectures: amd64\nSigned-By: /usr/share/keyrings/vendor.gpg\n',
      '/etc/apt/preferences.d/extra.pref': 'Explanation: of the repository extra\nPackage: nodejs\nPin: version 18.*\nPin-Priority: 600\n',
      '/usr/share/keyrings/vendor.gpg': 'config/keys/vendor.asc',
    });
  });

  test('a place that nobody signs anew any more says so', () => {
    expect(textsOf(specWith({ frozen: true }))['/etc/apt/sources.list.d/extra.sources']).toContain('\nCheck-Valid-Until: no\n');
  });

  test('dnf: one section, its key, and what is asked of it', () => {
    const spec = specWith({ suite: '8/x86_64', moduleHotfixes: true, metadataSigned: true, onlyPackages: ['a', 'b'] }, 'el');
    expect(textsOf(spec)['/etc/yum.repos.d/extra.repo']).toBe(
      '[extra]\nname=extra\nbaseurl=http://vendor.example/debs/8/x86_64\nenabled=1\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=file:///usr/share/keyrings/vendor.gpg\nmodule_hotfixes=1\nincludepkgs=a b\n',
    );
  });

  test('nothing of a repository that no component uses', () => {
    const spec = specWith({}, 'debian', { components: [] });
    expect(repositoryFiles(spec)).toEqual([]);
    expect(usedRepositories(spec).map(({ id }) => id)).toEqual(['first']);
  });

  test('nothing of a repository whose key was put in for one build', () => {
    expect(repositoryFiles(specWith({}, 'debian', { keys: [{ id: 'vendor', fingerprint: 'B'.repeat(40), substitutePath: '/k' }] }))).toEqual([]);
  });
});
