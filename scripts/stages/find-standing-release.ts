import { BakeError } from '../errors.ts';
import type { BuildPlan } from '../model/build-plan.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import type { IndexEntry, Release, StoreIndex } from '../model/release.ts';
import type { VerificationReport } from '../model/verification-report.ts';
import { compareVersions } from '../model/release-name.ts';
import { openEnvelope, preAuthEncoding } from '../plan/dsse.ts';
import { documentOf } from '../plan/release-links.ts';
import { whyNotStanding, type WantedRelease } from '../plan/standing-release.ts';
import { channelVersion, takenBackOf, versionsOf } from '../store/index-changes.ts';
import { openStore } from '../store/open-store.ts';
import type { FoundRelease, Store } from '../store/store.ts';
import { unsignedIsWanted } from '../store/trust/trust-of.ts';
import { PROVENANCE } from './describe-release.ts';
import type { Context, Stage } from './stage.ts';

export interface StandingReleaseQuestion {
  readonly request: { readonly storeLocation: string; readonly candidate?: boolean };
  readonly spec: ImageSpec;
  readonly plan: BuildPlan;
}

/** A release that is what a bake of today would come to, with the report that it passed. */
export interface StandingRelease {
  readonly release: Release;
  readonly report: VerificationReport;
  /** Why it was taken back. */
  readonly takenBack?: string;
}

/** Asks the store what a machine that has baked nothing cannot know: whether a release was made from today's layers and passed today's checks. Its disk is not fetched. */
export const findStandingRelease: Stage<StandingReleaseQuestion, StandingRelease | null> = {
  name: 'ask-store',
  title: 'Ask the store whether a release stands',
  run: async ({ request, spec, plan }, context) => {
    const { host, say } = context;
    const store = openStore(host, request.storeLocation);
    const today = host.clock.now().toISOString().slice(0, 10);
    const wanted = { spec, key: plan.layers.at(-1)?.key ?? '', today, candidate: request.candidate ?? false };
    for (const { entry, offered } of releasesToAsk(await store.readIndex(), wanted)) {
      const answer = await judge(context, { store, entry, offered, wanted });
      if ('release' in answer) return answer;
      say({ type: 'note', message: `${entry.imageId}@${entry.version} was made from the same layers and does not stand: ${answer.why.join('; ')}` });
    }
    return null;
  },
};

interface AskedRelease {
  readonly entry: IndexEntry;
  readonly offered: boolean;
}

/**
 * What the channel points at that a publication would move, and the newest: one that `latest` was rolled back from is not baked again by the next night. Of these very
 * layers also the last one, when it was taken back.
 */
function releasesToAsk(index: StoreIndex, { spec: { imageId }, key, candidate }: WantedRelease): readonly AskedRelease[] {
  const offered = channelVersion(index, imageId, candidate ? 'candidate' : 'latest');
  const ofLayers = index.releases.filter((entry) => entry.imageId === imageId && entry.key === key);
  const last = ofLayers.toSorted((a, b) => compareVersions(a.version, b.version)).at(-1);
  const versions = new Set([offered, versionsOf(index, imageId).at(-1), ...(last?.yanked === undefined ? [] : [last.version])]);
  return [...versions].flatMap((version) => ofLayers.filter((entry) => entry.version === version).map((entry) => ({ entry, offered: version === offered })));
}

interface Judging extends AskedRelease {
  readonly store: Store;
  readonly wanted: WantedRelease;
}

/** Of one damaged or forged release nothing is believed; a store that cannot be reached is an error before the bake, not after it. */
async function judge(
  { host }: Context,
  { store, entry: { imageId, version }, offered, wanted }: Judging,
): Promise<StandingRelease | { readonly why: readonly string[] }> {
  try {
    const found = await store.find({ imageId, selector: { kind: 'version', version } });
    const report = documentOf(await found.readText('report.json'), 'VerificationReport');
    const statement = await signedStatement(found, unsignedIsWanted(host));
    const why = whyNotStanding({ ...found, offered, report, statement, diskSizeBytes: await found.diskSizeBytes() }, wanted);
    const takenBack = takenBackOf(found.entry);
    // Whatever is checked today: a disk that was taken back is not made again because somebody changed a check.
    const stands = why.length === 0 || 'takenBack' in takenBack;
    return report !== undefined && stands ? { release: found.release, report, ...takenBack } : { why };
  } catch (error) {
    if (!(error instanceof BakeError) || !['NOT_TRUSTED', 'STORE_CORRUPT', 'RELEASE_NOT_FOUND'].includes(error.code)) throw error;
    return { why: [error.what] };
  }
}

/** What the provenance says, once somebody who counts has signed it. */
async function signedStatement({ readText, voucherOfText, entry }: FoundRelease, unsignedWillDo: boolean): Promise<string | undefined> {
  const envelope = openEnvelope((await readText(PROVENANCE)) ?? '');
  if (envelope === undefined) return undefined;
  const voucher = await voucherOfText(preAuthEncoding(envelope.payload), envelope.signature);
  if (voucher !== undefined || unsignedWillDo) return envelope.payload;
  throw new BakeError('NOT_TRUSTED', {
    what: `Nobody vouches for what ${entry.imageId}@${entry.version} was made from`,
    fix: 'Name whom you trust with INGOT_TRUST',
  });
}
