import { join } from 'node:path';
import { BakeError } from '../../../errors.ts';
import type { Host } from '../../../host/host.ts';
import type { VerificationReport } from '../../../model/verification-report.ts';
import { stepText } from '../cold-runs.ts';
import type { Measured } from '../line.ts';

/** Runs inside another stage, while the guest answers questions: its time is that stage's time. */
const MEANWHILE = new Set(['scan-ports']);

/** What a verification costs beyond its two boots, from the newest report here that passed. */
export async function measureVerification(host: Host): Promise<Measured> {
  const report = newest(await reportsBelow(host, join(host.facts.projectDir, 'build/artifacts')));
  if (report === undefined)
    throw new BakeError('RELEASE_NOT_FOUND', {
      what: 'No disk was verified here: build/artifacts holds no report of a whole, passed verification',
      fix: 'Bake an image first',
    });
  return overheadOf(report);
}

/** All stages but the boots, compared with the boots. */
export function overheadOf({ stageTimes, totalSeconds, bootSeconds, imageId, verifiedAt, accelerator }: VerificationReport): Measured {
  const boots = bootSeconds.firstBoot + bootSeconds.reboot;
  const whole = totalSeconds ?? stageTimes.filter(({ name }) => !MEANWHILE.has(name)).reduce((sum, { seconds }) => sum + seconds, 0);
  return {
    ours: { seconds: whole - boots, cpuSeconds: null },
    peer: { seconds: boots, cpuSeconds: null },
    notes: [
      `${imageId}, verified ${verifiedAt} with ${accelerator}`,
      `boots: ${bootSeconds.firstBoot.toFixed(1)} and ${bootSeconds.reboot.toFixed(1)}`,
      stepText(stageTimes),
    ],
  };
}

function newest(reports: readonly VerificationReport[]): VerificationReport | undefined {
  return reports
    .filter(({ verdict, partial, bootSeconds }) => verdict === 'pass' && !partial && bootSeconds.firstBoot > 0)
    .toSorted((left, right) => left.verifiedAt.localeCompare(right.verifiedAt))
    .at(-1);
}

/** One folder for an image, one below it for each of its keys. */
async function reportsBelow({ files }: Host, dir: string): Promise<readonly VerificationReport[]> {
  const reports: VerificationReport[] = [];
  for (const image of await files.list(dir)) {
    for (const key of await files.list(join(dir, image))) {
      const path = join(dir, image, key, 'report.json');
      if (await files.exists(path)) reports.push((JSON.parse(await files.readText(path)) as { readonly report: VerificationReport }).report);
    }
  }
  return reports;
}
