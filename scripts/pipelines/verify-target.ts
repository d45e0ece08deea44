import type { Accelerator } from '../model/build-plan.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import type { Desk } from '../stages/stage.ts';
import { openRun, sweepDeadRuns } from '../store/run-registry.ts';
import { chooseSubject, type SubjectRequest } from './choose-subject.ts';
import { verify } from './verify.ts';

export interface VerifyTargetRequest extends SubjectRequest {
  readonly accelerator: 'auto' | Accelerator;
  readonly only?: string;
  readonly keep: boolean;
  /** Permission, or someone to ask for it, to install what the host lacks. */
  readonly yes: boolean;
  readonly ask?: (question: string) => Promise<boolean>;
  readonly buildDir: string;
}

/** Verifies what somebody points at: a published release, or any disk file together with what it is meant to be. */
export async function verifyTarget(desk: Desk, request: VerifyTargetRequest): Promise<VerificationReport> {
  const { host, say } = desk;
  const { accelerator, only, keep, buildDir } = request;
  const subject = await chooseSubject(desk, request);
  await ensureHost(desk, { needs: ['boot', 'verify'], yes: request.yes, ask: request.ask });
  await sweepDeadRuns(host, buildDir, say);
  const run = await openRun(host, buildDir, 'verify', subject.spec.imageId);
  try {
    return await verify(desk, { ...subject, accelerator, only, keep, workDir: run.dir });
  } finally {
    await run.close();
  }
}
