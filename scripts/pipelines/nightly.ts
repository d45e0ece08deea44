import { listTargets } from '../config/list-targets.ts';
import { BakeError } from '../errors.ts';
import type { NightlyResult, NightlySummary } from '../model/nightly-summary.ts';
import { checkKeepRule, type KeepRule } from '../plan/prune-plan.ts';
import type { Desk } from '../stages/stage.ts';
import { bake, type BakeRequest } from './bake.ts';
import { prune } from './prune.ts';

export interface NightlyRequest extends KeepRule {
  /** Empty: every distro that is ready. */
  readonly distros: readonly string[];
  /** Empty: every role. */
  readonly roles: readonly string[];
  readonly bake: Omit<BakeRequest, 'distro' | 'image' | 'role'>;
}

/** Bakes what changed, proves it, publishes it, prunes; one failing image never stops the others. */
export async function nightly(desk: Desk, request: NightlyRequest): Promise<NightlySummary> {
  checkKeepRule(request);
  const startedAt = desk.host.clock.now().toISOString();
  const asked = (await listTargets(desk.host)).filter(({ distro, role }) => isAsked(request.distros, distro) && isAsked(request.roles, role));
  const ready = asked.filter(({ state }) => state === 'ready');
  if (ready.length === 0) {
    throw new BakeError('USAGE', {
      what: 'Nothing that was asked for is ready to be baked',
      fix: 'Name distros of config/distros whose state is ready, and roles that the image has',
    });
  }
  const results: NightlyResult[] = [];
  for (const target of ready) results.push(await bakeOne(desk, { ...request.bake, ...target }));
  return {
    kind: 'NightlySummary',
    schemaVersion: 1,
    startedAt,
    results,
    skipped: asked.filter(({ state }) => state !== 'ready').map(({ image, role, distro }) => `${image}-${role}-${distro}`),
    ...(await dropOld(desk, request)),
  };
}

function isAsked(wanted: readonly string[], id: string): boolean {
  return wanted.length === 0 || wanted.includes(id);
}

const SHOWN_DETAILS = 10;

/** What was baked before it is told in any case: a failure here is part of the summary. */
async function dropOld(
  desk: Desk,
  { bake: { storeLocation, buildDir }, keepNewest, keepDays }: NightlyRequest,
): Promise<Pick<NightlySummary, 'prunedReleases' | 'pruneFailure'>> {
  try {
    const { dropped } = await prune(desk, { storeLocation, buildDir, keepNewest, keepDays, apply: true });
    return { prunedReleases: dropped.map(({ imageId, version }) => `${imageId}@${version}`) };
  } catch (error) {
    if (!(error instanceof BakeError) || error.code === 'INTERRUPTED' || error.code === 'BUG') throw error;
    const { what, fix, code, exitStatus } = error;
    desk.say({ type: 'note', message: `Old releases were not dropped: ${what}` });
    return { prunedReleases: [], pruneFailure: { what, fix, details: error.details.slice(0, SHOWN_DETAILS), code, exitStatus } };
  }
}

async function bakeOne(desk: Desk, request: BakeRequest & { readonly image: string; readonly role: string }): Promise<NightlyResult> {
  const startedMs = desk.host.clock.monotonicMs();
  const seconds = (): number => (desk.host.clock.monotonicMs() - startedMs) / 1000;
  const imageId = `${request.image}-${request.role}-${request.distro}`;
  try {
    const { status, reference, report, layers, takenBack } = await bake(desk, request);
    const changed = layers.filter(({ action }) => action === 'baked').map(({ name }) => name);
    const checks = report === null ? '' : `${report.counts.pass} of ${report.counts.declaredRows}`;
    return { imageId, status, reference, seconds: seconds(), checks, changed, ...(takenBack === undefined ? {} : { takenBack }) };
  } catch (error) {
    const failure = error instanceof BakeError ? error : new BakeError('BUG', { what: String(error), fix: 'Report this', cause: error });
    if (failure.code === 'INTERRUPTED') throw failure;
    const { what, fix, code } = failure;
    const details = failure.details.slice(0, SHOWN_DETAILS);
    for (const message of [`${imageId} failed: ${what}`, ...details.map((line) => `  ${line}`)]) desk.say({ type: 'note', message });
    return { imageId, status: 'failed', what, fix, details, code, seconds: seconds() };
  }
}
