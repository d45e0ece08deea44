import { describe, expect, test } from 'vitest';
import type { BakeInputs } from '../../scripts/model/bake-inputs.ts';
import { planBuild } from '../../scripts/plan/build-plan.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { provenance, subjectLink } from '../../scripts/plan/provenance.ts';
import { artifactOf, releaseOf, reportOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { sampleHostFacts, sampleSpec } from '../support/sample-spec.ts';

const spec = sampleSpec({ keys: [{ id: 'vendor', fingerprint: 'AB'.repeat(20) }] });
const plan = planBuild(spec, sampleHostFacts(), { base: { path: '/home/someone/base.qcow2', sha256: 'b'.repeat(64) }, specDigest: digestOf(spec) });
const artifact = artifactOf(fakeHost().dir, 'disk');
const [id = ''] = spec.distro.repositories.map((repository) => repository.id);
const inputs: BakeInputs = {
  kind: 'BakeInputs',
  schemaVersion: 1,
  plan,
  source: { commit: 'c'.repeat(40), modified: false },
  tools: [{ name: 'packer', version: '1.6.6' }],
  keyrings: [
    { path: '/usr/share/keyrings/a.gpg', sha256: 'd'.repeat(64) },
    { path: '/usr/share/keyrings/b.gpg', sha256: null },
  ],
  indexDigests: { [id]: 'e'.repeat(64) },
  startedAt: '2026-11-22T00:00:00.000Z',
};
const request = { release: releaseOf(artifact, '2026.11.22-1'), report: reportOf(artifact), spec, inputs, byproducts: { 'report.json': 'f'.repeat(64) } };

interface Slsa {
  readonly buildDefinition: {
    readonly buildType: string;
    readonly externalParameters: unknown;
    readonly resolvedDependencies: readonly Record<string, unknown>[];
  };
  readonly runDetails: { readonly builder: { readonly id: string }; readonly metadata: unknown; readonly byproducts: readonly unknown[] };
}

describe('provenance', () => {
  const statement = provenance(request);
  const { buildDefinition, runDetails } = statement['predicate'] as Slsa;

  test('is a statement about the disk that was tested', () => {
    expect(statement).toMatchObject({ _type: 'https://in-toto.io/Statement/v1', predicateType: 'https://slsa.dev/provenance/v1' });
    expect(statement['subject']).toEqual([{ name: 'disk.qcow2', digest: { sha256: artifact.sha256 } }]);
    expect(runDetails.byproducts).toContainEqual({ name: 'report.json', digest: { sha256: 'f'.repeat(64) } });
  });

  test('names every input by a digest', () => {
    expect(buildDefinition.buildType).toMatch(/^urn:/);
    expect(runDetails.builder.id).toMatch(/^urn:/);
    const named = buildDefinition.resolvedDependencies;
    expect(named).toContainEqual({ name: 'base', digest: { sha256: 'b'.repeat(64) } });
    expect(named).toContainEqual({ name: 'source', digest: { gitCommit: 'c'.repeat(40) }, annotations: { modified: false } });
    expect(named).toContainEqual(expect.objectContaining({ name: `package index ${id}`, digest: { sha256: 'e'.repeat(64) } }));
    expect(named).toContainEqual({ name: 'repository keys', uri: 'file:/usr/share/keyrings/a.gpg', digest: { sha256: 'd'.repeat(64) } });
    expect(named).toContainEqual({ name: 'repository key vendor', uri: `openpgp4fpr:${'ab'.repeat(20)}` });
    for (const { name, key } of plan.layers) expect(named).toContainEqual({ name: `layer ${name}`, digest: { sha256: key } });
  });

  test('tells nothing of the host’s folders', () => {
    expect(JSON.stringify(statement)).not.toContain('/home/someone');
  });
});

test('a statement about another disk, or none, is told apart', () => {
  const payload = JSON.stringify(provenance(request));
  expect(subjectLink('p.json', payload, artifact.sha256).outcome).toBe('pass');
  expect(subjectLink('p.json', payload, '0'.repeat(64)).outcome).toBe('fail');
  for (const text of ['', 'null', '{}', '{"subject":[]}', '{"subject":[null]}']) expect(subjectLink('p.json', text, artifact.sha256).outcome).toBe('fail');
});
