import { resolve } from 'node:path';
import { deadlines } from '../checks/slowness.ts';
import { noAnswer, type Answer } from '../checks/grade-answers.ts';
import { BakeError } from '../errors.ts';
import { withScope } from '../host/scope.ts';
import type { Accelerator } from '../model/build-plan.ts';
import { GRADERS, type WantedGrade } from '../model/grading.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { digestOf } from '../plan/digest.ts';
import { bootVm } from '../stages/boot-vm.ts';
import { calibrateHost } from '../stages/calibrate-host.ts';
import { gradeBooted } from '../stages/grade-booted.ts';
import { gradeDisk } from '../stages/grade-disk.ts';
import { inspectDisk, type InspectedDisk } from '../stages/inspect-disk.ts';
import { loadTemplates } from '../stages/load-templates.ts';
import { runStage, runStageIn, type Context, type Desk } from '../stages/stage.ts';
import { waitForSsh } from '../stages/wait-for-ssh.ts';

export interface GradeRequest {
  readonly diskPath: string;
  readonly spec: ImageSpec;
  readonly wanted: readonly WantedGrade[];
  readonly gradersDir: string;
  readonly accelerator: 'auto' | Accelerator;
  readonly workDir: string;
}

export interface Graded {
  readonly sha256: string;
  readonly answers: ReadonlyMap<string, Answer>;
}

const GUEST = { cpus: 2, memoryMiB: 2048 } as const;

/** Lets every wanted grader look at one disk: at the bytes themselves, then, if one of them needs it, at a machine that runs on a throw-away overlay. */
export async function grade(desk: Desk, request: GradeRequest): Promise<Graded> {
  const { spec, wanted, gradersDir, workDir } = request;
  return withScope(async (scope) => {
    const context = { ...desk, scope };
    const { host } = desk;
    const scratchDir = await host.files.makeTempDir(resolve(workDir), 'grade-');
    scope.always('remove the scratch folder', () => host.files.remove(scratchDir));
    const disk = await runStage(context, inspectDisk, { diskPath: resolve(request.diskPath), scratchDir });
    const nonce = digestOf([disk.sha256, scratchDir]).slice(0, 12);
    const read = await runStage(context, gradeDisk, { wanted, disk, gradersDir, scratchDir, nonce, facts: spec.distro.facts });
    const booted = wanted.some(({ grader }) => GRADERS[grader] === 'booted')
      ? await askBooted(context, { request, disk, scratchDir })
      : new Map<string, Answer>();
    return { sha256: disk.sha256, answers: new Map([...read, ...booted]) };
  });
}

interface Boot {
  readonly request: GradeRequest;
  readonly disk: InspectedDisk;
  readonly scratchDir: string;
}

/** A guest that is lost is graded by nobody; that is an answer, not an error. */
async function askBooted(context: Context, { request, disk, scratchDir }: Boot): Promise<ReadonlyMap<string, Answer>> {
  const { spec, wanted, gradersDir } = request;
  const { loginUser, family, firmware } = spec.distro;
  const calibration = await runStage(context, calibrateHost, { accelerator: request.accelerator, scratchDir });
  const { accelerator, slowness } = calibration;
  const machine = { disk, guestDir: scratchDir, accelerator, slowness, loginUser, family, templates: await loadTemplates(context.host), ...GUEST };
  try {
    const guest = await runStageIn(context, bootVm, { ...machine, firmware: firmware.includes('bios') ? 'bios' : 'uefi' });
    await runStage(context, waitForSsh, { guest, deadlineMs: deadlines(accelerator, slowness).loginMs });
    return await runStage(context, gradeBooted, { wanted, guest, gradersDir, scratchDir, slowness });
  } catch (error) {
    if (!(error instanceof BakeError) || error.code !== 'GUEST_FAILED') throw error;
    return new Map(wanted.filter(({ grader }) => GRADERS[grader] === 'booted').map(({ id }) => [id, noAnswer(error.what)]));
  }
}
