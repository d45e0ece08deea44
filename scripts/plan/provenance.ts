import type { BakeInputs } from '../model/bake-inputs.ts';
import type { BasePlan } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { ReleaseLink } from '../model/release-check.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';

export interface ProvenanceRequest {
  readonly release: Release;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
  readonly inputs: BakeInputs;
  /** SHA-256 of files of the release that came out beside the disk, by name. */
  readonly byproducts: Readonly<Record<string, string>>;
}

/** What a release was made from and by what, as an in-toto statement with SLSA v1 provenance. Its subject is the disk that was booted and tested. */
export function provenance({ release, report, spec, inputs, byproducts }: ProvenanceRequest): Readonly<Record<string, unknown>> {
  const { plan } = inputs;
  return {
    _type: 'https://in-toto.io/Statement/v1',
    subject: [{ name: release.disk.file, digest: { sha256: report.digestAfter } }],
    predicateType: 'https://slsa.dev/provenance/v1',
    predicate: {
      buildDefinition: {
        buildType: 'urn:ingot:bake:v1',
        externalParameters: { image: spec.image, role: spec.role, distro: spec.distro.id, base: plan.base.kind, compression: plan.output.compression },
        internalParameters: {
          driver: plan.driver,
          accelerator: plan.accelerator,
          layers: plan.layers.map(({ name, key }) => ({ name, key })),
          tools: inputs.tools,
        },
        resolvedDependencies: dependenciesOf(spec, inputs),
      },
      runDetails: {
        builder: { id: `urn:ingot:builder:${plan.driver}`, version: Object.fromEntries(inputs.tools.map(({ name, version }) => [name, version])) },
        metadata: { invocationId: release.key, startedOn: inputs.startedAt, finishedOn: release.publishedAt },
        byproducts: [
          ...Object.entries(byproducts).map(([name, sha256]) => ({ name, digest: { sha256 } })),
          {
            name: 'verification',
            annotations: { verdict: report.verdict, digestBefore: report.digestBefore, digestAfter: report.digestAfter, passed: report.counts.pass },
          },
        ],
      },
    },
  };
}

/** Whether a statement is about this very disk. */
export function subjectLink(file: string, payload: string, sha256: string): ReleaseLink {
  const link = `${file} and disk.qcow2`;
  try {
    const statement = JSON.parse(payload) as { readonly subject?: readonly { readonly digest?: { readonly sha256?: unknown } }[] } | null;
    if (statement?.subject?.[0]?.digest?.sha256 === sha256) return { link, outcome: 'pass', found: 'the disk is the one whose making is told' };
  } catch {
    // Said below.
  }
  return { link, outcome: 'fail', found: 'it tells of the making of another disk' };
}

export interface Dependency {
  readonly name: string;
  readonly uri?: string;
  readonly digest?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string | boolean>>;
}

/** Everything that goes into a disk, each under its own name. */
export function dependenciesOf(spec: ImageSpec, { plan, source, keyrings, indexDigests }: BakeInputs): readonly Dependency[] {
  const locks = plan.layers.flatMap((layer) => layer.locks);
  return [
    ...(source === null ? [] : [{ name: 'source', digest: { gitCommit: source.commit }, annotations: { modified: source.modified } }]),
    baseOf(plan.base),
    ...spec.distro.repositories.flatMap(({ id, mirror, suite }) => {
      const [digest, place] = [indexDigests[id], spec.mirrors.find((candidate) => candidate.id === mirror)];
      // The public place, never the mirror of this host.
      const uri = place === undefined ? {} : { uri: `${place.url.replace(/\/+$/, '')}/dists/${suite}` };
      return digest === undefined ? [] : [{ name: `package index ${id}`, ...uri, digest: { sha256: digest } }];
    }),
    ...keyrings.flatMap(({ path, sha256 }) => (sha256 === null ? [] : [{ name: 'repository keys', uri: `file:${path}`, digest: { sha256 } }])),
    ...(spec.keys ?? []).map(({ id, fingerprint }) => ({ name: `repository key ${id}`, uri: `openpgp4fpr:${fingerprint.toLowerCase()}` })),
    ...locks.map(({ source: path, sha256, kind }) => ({ name: `${kind} lock ${path}`, digest: { sha256 } })),
    ...plan.layers.map(({ name, key }) => ({ name: `layer ${name}`, digest: { sha256: key } })),
  ];
}

function baseOf(base: BasePlan): Dependency {
  // Its digest is its name: the place that it was fetched from may be a mirror of this host.
  if (base.kind === 'cloud-image') return { name: 'base', digest: { [base.digest.algorithm]: base.digest.hex } };
  if (base.kind === 'file') return { name: 'base', digest: { sha256: base.keyFields['sha256'] ?? base.key } };
  return { name: 'base', digest: { sha256: base.key }, annotations: { bootstrap: base.suite, packages: base.packages.join(' ') } };
}
