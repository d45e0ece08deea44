import type { Accelerator } from '../model/build-plan.ts';
import type { Proof } from '../model/proof.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import type { Desk } from '../stages/stage.ts';
import { keepProof } from '../store/proofs.ts';
import { openRun, sweepDeadRuns } from '../store/run-registry.ts';
import { chooseSubject, type SubjectRequest } from './choose-subject.ts';
import { prove } from './prove.ts';

export interface ProveTargetRequest extends SubjectRequest {
  readonly accelerator: 'auto' | Accelerator;
  readonly only?: string;
  /** Permission, or someone to ask for it, to install what the host lacks. */
  readonly yes: boolean;
  readonly ask?: (question: string) => Promise<boolean>;
  readonly buildDir: string;
}

/** Proves the checks of what somebody points at: a published release, or any good disk file together with what it is meant to be. */
export async function proveTarget(desk: Desk, request: ProveTargetRequest): Promise<Proof> {
  const { host, say } = desk;
  const { accelerator, only, buildDir } = request;
  const subject = await chooseSubject(desk, request);
  await ensureHost(desk, { needs: ['boot', 'verify'], yes: request.yes, ask: request.ask });
  await sweepDeadRuns(host, buildDir, say);
  const run = await openRun(host, buildDir, 'prove', subject.spec.imageId);
  try {
    const proof = await prove(desk, { ...subject, accelerator, only, workDir: run.dir });
    if (!proof.partial) await keepProof(host, buildDir, proof);
    return proof;
  } finally {
    await run.close();
  }
}
