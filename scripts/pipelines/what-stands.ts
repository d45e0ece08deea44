import { BakeError } from '../errors.ts';
import type { LayerOutcome } from '../model/bake-outcome.ts';
import { findStandingRelease, type StandingRelease, type StandingReleaseQuestion } from '../stages/find-standing-release.ts';
import { runStage, type Desk } from '../stages/stage.ts';
import { findStanding, type Standing, type StandingQuestion } from '../store/artifacts.ts';

interface Question extends StandingQuestion {
  readonly request: StandingQuestion['request'] &
    StandingReleaseQuestion['request'] & { readonly fresh: boolean; readonly explain: boolean; readonly dryRun: boolean };
}

export const NOTHING_STANDS: Standing = { artifact: null, report: null, release: null, complete: false };

/** What a bake need not do again: what an earlier one left here, else a release in the store that another machine made from the same layers. */
export async function whatStands(desk: Desk, question: Question): Promise<Standing> {
  const { request } = question;
  if (request.fresh) return NOTHING_STANDS;
  const here = await findStanding(desk.host, question);
  // Without publishing, a disk is wanted here: a release elsewhere is none.
  if (here.report !== null || !request.publish) return here;
  const released = request.explain || request.dryRun ? await askedInPassing(desk, question) : await runStage(desk, findStandingRelease, question);
  return released === null ? here : { artifact: null, ...released, complete: true };
}

/** What becomes of the layers when this stands. */
export function layersWith(layers: readonly LayerOutcome[], { artifact, complete }: Standing): readonly LayerOutcome[] {
  if (artifact === null && !complete) return layers;
  return layers.map((layer) => ({ ...layer, action: artifact === null ? 'released' : 'cached', why: [] }));
}

/** Who only wants to be told what a bake would do is told it also where no store can be asked. */
async function askedInPassing(desk: Desk, question: Question): Promise<StandingRelease | null> {
  try {
    return await runStage(desk, findStandingRelease, question);
  } catch (error) {
    if (!(error instanceof BakeError) || error.code === 'INTERRUPTED' || error.code === 'BUG') throw error;
    desk.say({ type: 'note', message: `Whether a release stands is not known: ${error.what}` });
    return null;
  }
}
