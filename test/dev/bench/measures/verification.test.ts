import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { expect, test } from 'vitest';
import { measureVerification, overheadOf } from '../../../../scripts/dev/bench/measures/verification.ts';
import type { VerificationReport } from '../../../../scripts/model/verification-report.ts';
import { fakeHost } from '../../../support/fake-host.ts';

const report = {
  ...{ kind: 'VerificationReport', imageId: 'a-b-c', verdict: 'pass', partial: false, accelerator: 'tcg', verifiedAt: '2026-11-22T10:00:00.000Z' },
  bootSeconds: { firstBoot: 70, reboot: 50 },
  stageTimes: [
    { name: 'boot-vm', seconds: 1 },
    { name: 'wait-for-ssh', seconds: 69 },
    { name: 'scan-ports', seconds: 9 },
    { name: 'first-boot', seconds: 10 },
    { name: 'reboot', seconds: 50 },
    { name: 'digest', seconds: 5 },
  ],
} as unknown as VerificationReport;

function hostWith(...reports: readonly Partial<VerificationReport>[]) {
  const host = fakeHost();
  for (const [index, fields] of reports.entries()) {
    const path = join(host.dir, `build/artifacts/a-b-c/key${index}/report.json`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, JSON.stringify({ checks: 'x', report: { ...report, ...fields } }));
  }
  return host;
}

test('overhead is everything but the boots; what runs inside another stage counts once', () => {
  expect(overheadOf(report)).toMatchObject({ ours: { seconds: 15 }, peer: { seconds: 120 } });
});

test('a report that says how long the whole took is believed', () => {
  expect(overheadOf({ ...report, totalSeconds: 140 })).toMatchObject({ ours: { seconds: 20 }, peer: { seconds: 120 } });
});

test('the newest whole report that passed is read', async () => {
  const host = hostWith(
    { verifiedAt: '2026-11-22T11:00:00.000Z', bootSeconds: { firstBoot: 60, reboot: 50 } },
    {},
    { verifiedAt: '2026-11-22T12:00:00.000Z', verdict: 'fail' },
    { verifiedAt: '2026-11-22T13:00:00.000Z', partial: true },
  );
  expect((await measureVerification(host)).peer).toMatchObject({ seconds: 110 });
});

test('without one nothing is claimed', async () => {
  await expect(measureVerification(hostWith({ verdict: 'fail' }))).rejects.toMatchObject({ what: expect.stringContaining('No disk was verified here') });
});
