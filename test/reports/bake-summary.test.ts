import { describe, expect, test } from 'vitest';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import { bakeSummary } from '../../scripts/reports/bake-summary.ts';
import { artifactOf, releaseOf } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';
import { ARTIFACT, reportOf, row } from './sample-report.ts';

const OUTCOME: BakeOutcome = {
  kind: 'BakeOutcome',
  imageId: 'house-small-os-1',
  reference: 'house-small-os-1@2026.11.22-1',
  status: 'published',
  layers: [
    { name: 'packages', key: 'a'.repeat(64), action: 'cached', why: [] },
    { name: 'configure', key: 'b'.repeat(64), action: 'baked', why: ['file packer/x changed'] },
  ],
  artifact: ARTIFACT,
  report: reportOf([row()]),
  release: null,
  stageTimes: [
    { name: 'packages', seconds: 42 },
    { name: 'verify', seconds: 130 },
  ],
};

describe('the end of a bake', () => {
  test('has reference, size, time of every stage, checks, and the command that launches it', () => {
    const text = bakeSummary(OUTCOME);
    for (const part of [
      'Published house-small-os-1@2026.11.22-1',
      '640 MiB',
      'packages      42.0 s',
      'verify    2 min 10 s',
      '2 min 52 s',
      '1 of 1 declared result of 1 check passed',
    ])
      expect(text).toContain(part);
    expect(text.endsWith('Launch it: npm run launch -- house-small-os-1@2026.11.22-1\n')).toBe(true);
  });

  test('a release in another store than the usual one is launched from there', () => {
    expect(bakeSummary(OUTCOME, 's3://golden/images')).toMatch(/ --store s3:\/\/golden\/images\n$/);
  });

  test('the time is that of the clock: stages that run side by side count once', () => {
    expect(bakeSummary({ ...OUTCOME, totalSeconds: 131 })).toMatch(/time +2 min 11 s/);
  });

  test('of a release that was taken back it says so, and not how to launch it', () => {
    const text = bakeSummary({ ...OUTCOME, status: 'nothing-to-do', takenBack: 'a hole in\nnginx' });
    expect(text).toMatch(/^Nothing to do: house-small-os-1@2026\.11\.22-1 was taken back \(a hole in nginx\), and .* only --fresh makes it again\n/);
    expect(text).not.toContain('npm run launch');
    expect(bakeSummary({ ...OUTCOME, status: 'dry-run', takenBack: 'a hole' })).toMatch(/^A bake would have nothing to do: .* was taken back/);
  });

  test('names why a layer was baked, below it', () => {
    expect(bakeSummary(OUTCOME)).toContain('  configure  baked  bbbbbbbbbbbb\n      file packer/x changed\n');
  });

  test('says which layers came from another machine, or would', () => {
    const layers = [{ name: 'packages', key: 'c'.repeat(64), action: 'fetched', why: [] }] as const;
    expect(bakeSummary({ ...OUTCOME, layers })).toContain('  packages  fetched  cccccccccccc\n');
    expect(bakeSummary({ ...OUTCOME, layers, status: 'explained' })).toContain('  packages  to fetch  cccccccccccc\n');
  });

  test('a release that stands elsewhere is told like one of this machine: its layers, its disk, its checks', () => {
    const release = { ...releaseOf(artifactOf(fakeHost().dir, 'disk'), '2026.11.22-1'), imageId: 'house-small-os-1' };
    const layers = OUTCOME.layers.map((layer) => ({ ...layer, action: 'released', why: [] }) as const);
    const outcome: BakeOutcome = { ...OUTCOME, status: 'nothing-to-do', artifact: null, release, layers, stageTimes: [] };
    const text = bakeSummary(outcome);
    for (const part of [
      'Nothing to do: nothing that goes into house-small-os-1@',
      '  configure  as released  bb',
      `sha256:${release.disk.sha256}`,
      'checks',
      'Launch it',
    ])
      expect(text).toContain(part);
    expect(bakeSummary({ ...outcome, status: 'explained' })).toMatch(/^A bake would have nothing to do: nothing that goes into house-small-os-1@/);
    expect(bakeSummary({ ...outcome, status: 'dry-run' })).toMatch(/^A bake would have nothing to do/);
  });

  test('--explain and --dry-run speak of the future and launch nothing', () => {
    const text = bakeSummary({ ...OUTCOME, status: 'explained', reference: null, artifact: null, report: null, stageTimes: [] });
    expect(text).toContain('configure  to bake');
    expect(text).not.toContain('Launch');
    expect(bakeSummary({ ...OUTCOME, status: 'nothing-to-do' })).toMatch(/^Nothing to do/);
  });
});
