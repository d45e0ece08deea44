import { describe, expect, test } from 'vitest';
import type { Release } from '../../scripts/model/release.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';
import { checksDigest } from '../../scripts/plan/checks-digest.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { payloadOf } from '../../scripts/plan/dsse.ts';
import { provenance } from '../../scripts/plan/provenance.ts';
import { whyNotStanding, type ReleaseEvidence, type WantedRelease } from '../../scripts/plan/standing-release.ts';
import { entryOf } from '../../scripts/store/index-changes.ts';
import { artifactOf, releaseOf, reportOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleDistro, sampleSpec } from '../support/sample-spec.ts';

const spec = sampleSpec();
const plan = samplePlan(spec);
const key = plan.layers.at(-1)?.key ?? '';
const artifact = { ...artifactOf(fakeHost().dir, 'disk', spec.imageId), key };
const MUTE = { check: 'nginx.up', reason: 'known to fail here', see: 'docs/grades.md', until: '2026-11-22' };
const WANTED: WantedRelease = { spec, key, today: '2026-11-22', candidate: false };

interface Change {
  readonly release?: Partial<Release>;
  readonly report?: Partial<VerificationReport>;
  readonly evidence?: Partial<ReleaseEvidence>;
}

/** A release of the sample image that stands, unless something is changed. */
function evidence(change: Change = {}): ReleaseEvidence {
  const report = reportOf(artifact, change.report);
  const checks = { passed: 1, declared: 1, digest: checksDigest(spec) };
  const release = { ...releaseOf(artifact, '2026.11.20-1'), parent: digestOf(report), checks, ...change.release };
  const inputs = { kind: 'BakeInputs', schemaVersion: 1, plan, source: null, tools: [], keyrings: [], indexDigests: {}, startedAt: '' } as const;
  const statement = payloadOf(provenance({ release, report, spec, inputs, byproducts: {} }));
  return { release, entry: entryOf(release), offered: true, report, statement, diskSizeBytes: artifact.sizeBytes, ...change.evidence };
}

const why = (change: Change, wanted: Partial<WantedRelease> = {}): readonly string[] => whyNotStanding(evidence(change), { ...WANTED, ...wanted });
const marks = (change: Partial<ReleaseEvidence['entry']>): Change => ({ evidence: { entry: { ...evidence().entry, ...change } } });

test('a release that was made from the same layers, passed the same checks and is whole, stands', () => {
  expect(why({})).toEqual([]);
});

test('one that was taken back stands as well: the same layers would only be published again', () => {
  expect(why(marks({ yanked: { at: '2026-11-21', reason: 'a hole' } }))).toEqual([]);
});

describe('a release does not stand', () => {
  test('when it is out of date', () => {
    expect(why(marks({ deprecatedAfter: '2026-11-21' }))).toEqual(['it is out of date since 2026-11-21']);
    expect(why(marks({ deprecatedAfter: '2026-11-22' }))).toEqual([]);
  });

  test('when its disk is gone or cut short', () => {
    expect(why({ evidence: { diskSizeBytes: undefined } })).toEqual(['its disk is not whole']);
    expect(why({ evidence: { diskSizeBytes: 1 } })).toEqual(['its disk is not whole']);
  });

  test('when it passed other checks, or does not say which', () => {
    const other = sampleSpec({ checklist: { id: 'list', title: 'List', items: [] } });
    expect(why({}, { spec: other })).toEqual(['it passed other checks than those of today']);
    expect(why({ release: { checks: { passed: 1, declared: 1 } } })).toEqual(['it does not say which checks it passed']);
  });

  test.each<[string, Change, RegExp]>([
    ['cannot be read', { evidence: { report: undefined } }, /cannot be read/],
    ['is another', { release: { parent: 'other' } }, /made from another report/],
    ['is of another disk', { report: { digestAfter: 'f'.repeat(64) } }, /not the one that was tested/],
    ['did not pass', { report: { verdict: 'fail' } }, /did not pass/],
    ['left checks out', { report: { partial: true } }, /did not pass/],
  ])('when its report %s', (_title, change, pattern) => {
    expect(why(change).join()).toMatch(pattern);
  });

  test('when it says nothing of its making, or tells of another', () => {
    expect(why({ evidence: { statement: undefined } })).toEqual(['it does not say what it was made from']);
    expect(why({ evidence: { statement: '{}' } })).toEqual(['it does not say what it was made from']);
    expect(why({ evidence: { statement: evidence().statement?.replaceAll(artifact.sha256, 'f'.repeat(64)) } }).join()).toContain('another disk');
    expect(why({ evidence: { statement: evidence().statement?.replaceAll(key, 'f'.repeat(64)) } })).toEqual(['its provenance tells of other layers']);
  });

  test('when a mute that it passed by has ended, or is not in the configuration any more', () => {
    const [row] = evidence().report?.rows ?? [];
    if (row === undefined) throw new Error('the fixture has a row');
    const skipped = { report: { rows: [{ ...row, outcome: 'skip', muted: MUTE }] } } as const;
    const muting = sampleSpec({ distro: sampleDistro({ mutes: [MUTE] }) });
    expect(why(skipped, { spec: muting })).toEqual([]);
    expect(why(skipped, { spec: muting, today: '2026-11-23' })).toEqual(['nginx.up in sealed did not pass, and is not muted any more']);
    expect(why(skipped)).toHaveLength(1);
    expect(why({}, { spec: muting, today: '2026-11-23' })).toEqual([]);
  });
});

test('a candidate stands for those who ask for candidates, and once it was promoted', () => {
  const candidate = { release: { candidate: true } } as const;
  expect(why({ ...candidate, evidence: { offered: false } })).toEqual([expect.stringContaining('it is a candidate')]);
  expect(why({ ...candidate, evidence: { offered: false } }, { candidate: true })).toEqual([]);
  expect(why(candidate)).toEqual([]);
  expect(why({ evidence: { offered: false } })).toEqual([]);
});
