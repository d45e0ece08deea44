import { describe, expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';
import { checksDigest } from '../../scripts/plan/checks-digest.ts';
import { digestOf } from '../../scripts/plan/digest.ts';
import { assertPublishable, planRelease, type Evidence } from '../../scripts/plan/release-plan.ts';
import { artifactOf, IMAGE_ID, reportOf, specOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

const artifact = artifactOf(fakeHost().dir, 'disk');
const good: Evidence = { artifact, report: reportOf(artifact), spec: specOf() };
const WHEN = { version: '2026.11.22-1', publishedAt: '2026-11-22T10:00:00.000Z' };
const row = reportOf(artifact).rows[0];
if (row === undefined) throw new Error('the fixture has a row');

function reasons(evidence: Evidence): readonly string[] {
  try {
    assertPublishable(evidence);
    return [];
  } catch (error) {
    if (!(error instanceof BakeError) || error.code !== 'PUBLISH_REFUSED') throw error;
    return error.details;
  }
}

describe('planRelease', () => {
  test('turns proof into a promise that names its parents', () => {
    expect(planRelease(good, WHEN)).toMatchObject({
      kind: 'Release',
      parent: digestOf(good.report),
      artifactDigest: digestOf(artifact),
      imageId: IMAGE_ID,
      version: '2026.11.22-1',
      disk: { file: 'disk.qcow2', sha256: artifact.sha256 },
      checks: { passed: 1, declared: 1, digest: checksDigest(good.spec) },
      loginUser: 'debian',
      firmware: ['bios', 'uefi'],
      defaultProfile: 'recommended',
      stageTimes: [
        { name: 'bake', seconds: 1 },
        { name: 'verify', seconds: 2 },
      ],
    });
  });

  test.each<readonly [string, Partial<VerificationReport>, RegExp]>([
    ['a failed verdict', { verdict: 'fail' }, /verdict is fail/],
    ['a partial run', { partial: true }, /--only/],
    ['a missing row', { missing: ['nginx.up first-boot'] }, /nginx\.up first-boot/],
    ['a failed row', { rows: [{ ...row, outcome: 'fail' }] }, /nginx\.up in sealed is fail/],
    ['a skipped row', { rows: [{ ...row, outcome: 'skip' }] }, /is skip/],
    ['an unknown row', { rows: [{ ...row, outcome: 'unknown' }] }, /is unknown/],
    ['a row too few', { rows: [] }, /1 results were declared, 0 came/],
    ['a row too many', { rows: [row, row] }, /1 results were declared, 2 came/],
    ['no checks at all', { rows: [], counts: { checks: 0, declaredRows: 0, pass: 0, fail: 0, skip: 0, unknown: 0 } }, /no check is declared/],
    ['a count that does not fit its rows', { counts: { checks: 1, declaredRows: 1, pass: 2, fail: 0, skip: 0, unknown: 0 } }, /counted as 2/],
    ['another disk', { digestBefore: 'f'.repeat(64), digestAfter: 'f'.repeat(64) }, /tested disk/],
    ['a disk that changed during its test', { digestAfter: 'f'.repeat(64) }, /changed during its test/],
    ['another artifact document', { parent: 'x' }, /another artifact document/],
    ['no artifact document', { parent: null }, /another artifact document/],
    ['another image', { imageId: 'other' }, /different images/],
  ])('refuses %s', (_, change, pattern) => {
    const found = reasons({ ...good, report: reportOf(artifact, change) });
    expect(found).toEqual(expect.arrayContaining([expect.stringMatching(pattern)]));
  });

  describe('a muted row', () => {
    const mute = { check: row.check, reason: 'known to fail here', see: 'docs/grades.md', until: '2026-11-22' };
    const other = { ...row, check: 'nginx.other' };
    const counts = { checks: 2, declaredRows: 2, pass: 1, fail: 0, skip: 1, unknown: 0 };
    const report = (verifiedAt: string): VerificationReport =>
      reportOf(artifact, { rows: [{ ...row, outcome: 'skip', muted: mute }, other], counts, verifiedAt });
    const spec = { ...good.spec, distro: { ...good.spec.distro, mutes: [mute] } };

    test('holds nothing back until its last day', () => {
      expect(reasons({ ...good, spec, report: report('2026-11-22T10:00:00.000Z') })).toEqual([]);
      expect(reasons({ ...good, spec, report: report('2026-11-23T10:00:00.000Z') })).toContain('nginx.up in sealed is skip');
    });

    test('counts when the configuration does not mute it', () => {
      expect(reasons({ ...good, report: report('2026-11-22T10:00:00.000Z') })).toContain('nginx.up in sealed is skip');
    });

    test('is not counted as passed', () => {
      const counted = reportOf(artifact, { rows: [{ ...row, outcome: 'skip', muted: mute }, other], counts: { ...counts, pass: 2 } });
      expect(reasons({ ...good, spec, report: counted })).toEqual([expect.stringContaining('counted as 2')]);
    });
  });

  test('refuses the configuration of another image', () => {
    expect(reasons({ ...good, spec: specOf('other') })).toEqual([expect.stringContaining('other')]);
  });

  test('says every reason at once', () => {
    expect(reasons({ ...good, report: reportOf(artifact, { verdict: 'fail', partial: true, parent: null }) })).toHaveLength(3);
  });

  test('has no reason against good evidence', () => {
    expect(reasons(good)).toEqual([]);
  });
});
