import type { BakeInputs } from '../model/bake-inputs.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { Release } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { digestOfText } from '../plan/digest.ts';
import { envelopeText, payloadOf, preAuthEncoding } from '../plan/dsse.ts';
import { provenance } from '../plan/provenance.ts';
import type { NamedText } from '../store/pack-release.ts';
import type { StoreWriter } from '../store/store.ts';
import type { Stage } from './stage.ts';

export interface ReleaseToDescribe {
  readonly store: Pick<StoreWriter, 'sign'>;
  readonly release: Release;
  readonly report: VerificationReport;
  readonly spec: ImageSpec;
  readonly inputs?: BakeInputs | null;
  /** Files that are there already. */
  readonly reports: readonly NamedText[];
}

/** Where a release comes from, in the envelope of in-toto's tools. */
export const PROVENANCE = 'provenance.intoto.json';

/** Says what a release was made from, signed; what is not known for certain is not said. */
export const describeRelease: Stage<ReleaseToDescribe, readonly NamedText[]> = {
  name: 'describe-release',
  title: 'Say where the release comes from',
  run: async ({ store, release, report, spec, inputs, reports }, { say }) => {
    if (inputs === undefined || inputs === null) {
      say({ type: 'note', message: 'The artifact does not say what it was made from: the release has no provenance' });
      return reports;
    }
    const byproducts = Object.fromEntries(reports.map(({ name, text }) => [name, digestOfText(text)]));
    const payload = payloadOf(provenance({ release, report, spec, inputs, byproducts }));
    return [...reports, { name: PROVENANCE, text: envelopeText(payload, await store.sign(preAuthEncoding(payload))) }];
  },
};
