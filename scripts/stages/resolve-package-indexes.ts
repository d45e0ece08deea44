import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Repository } from '../model/distro.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import { atPlace, placesOf, settlePlaces, type NamedPlace } from '../plan/places.ts';
import { readRepomd } from '../plan/repomd.ts';
import { keyOf, placeUrl, usedRepositories } from '../plan/repository-files.ts';
import { readSignedIndex } from '../plan/signed-index.ts';
import { allEnded } from './all-ended.ts';
import { fetchFile, WAYS_OUT } from './fetch-index.ts';
import { checkedText, checkSeparate } from './check-signature.ts';
import { resolveKeys } from './resolve-keys.ts';
import type { Context, Stage } from './stage.ts';

/** All of a repository's places together: who waits for longer believes that it hangs. */
const LONGEST_MS = 24_000;

export interface IndexQuestion {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly workDir: string;
  /** True for a distro past its end whose packages are looked for in archives first. */
  readonly archiveFirst?: boolean;
}

/** The image with every repository at a place that answers, with every key checked, and what the indexes promise. */
export interface ResolvedRepositories {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly indexDigests: Readonly<Record<string, string>>;
}

/** Fetches the signed index of every repository that is used, checks its signature and its date, and says what it promises: layers are keyed on that. */
export const resolvePackageIndexes: Stage<IndexQuestion, ResolvedRepositories> = {
  name: 'indexes',
  title: 'Package indexes',
  run: async ({ spec: asked, texts: given, workDir, archiveFirst = false }, context) => {
    const { spec, texts } = await resolveKeys(context.host, { spec: asked, texts: given, workDir });
    const found = await allEnded(
      usedRepositories(spec).map(async (repository) => ({ repository, ...(await firstPlace({ spec, workDir, repository }, archiveFirst, context)) })),
    );
    return {
      spec: settlePlaces(spec, new Map(found.map(({ repository, place }) => [repository.id, place]))),
      texts,
      indexDigests: Object.fromEntries(found.map(({ repository, digest }) => [repository.id, digest])),
    };
  },
};

interface Question {
  readonly spec: ImageSpec;
  readonly repository: Repository;
  readonly workDir: string;
}

interface Answer {
  readonly place: NamedPlace;
  readonly digest: string;
}

/** A place that cannot be reached or is stale gives way to the next; one with a wrong signature ends everything. */
async function firstPlace(question: Question, archiveFirst: boolean, context: Context): Promise<Answer> {
  const { repository } = question;
  const places = placesOf(repository, archiveFirst);
  const failures: BakeError[] = [];
  for (const place of places) {
    try {
      const digest = await indexDigest({ ...question, repository: atPlace(repository, place) }, LONGEST_MS / places.length, context);
      if (failures.length > 0)
        context.say({ type: 'note', message: `${repository.id}: ${failures.map(({ what }) => what).join('; ')}; taken from its ${place.name}` });
      return { place, digest };
    } catch (error) {
      if (!(error instanceof BakeError) || error.code !== 'NETWORK_UNREACHABLE') throw error;
      failures.push(error);
    }
  }
  const [first] = failures;
  if (first === undefined || failures.length === 1) throw first ?? new BakeError('BUG', { what: `${repository.id} has no place`, fix: 'Report this' });
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `No place of the repository ${repository.id} answers`,
    fix: WAYS_OUT,
    details: failures.flatMap(({ what, details }) => [what, ...details.map((line) => `  ${line}`)]),
  });
}

async function indexDigest(question: Question, timeoutMs: number, { host }: Context): Promise<string> {
  const { spec, repository } = question;
  // Only a registered machine reaches it, and nobody is one before the base has booted: a day is the best that can be said.
  if (repository.subscription === true) return `subscription ${host.clock.now().toISOString().slice(0, 10)}`;
  const lines = spec.distro.family === 'el' ? await dnfLines(question, timeoutMs, host) : await aptLines(question, timeoutMs, host);
  if (lines.length > 0) return createHash('sha256').update(lines.join('\n')).digest('hex');
  throw new BakeError('CONFIG_INVALID', {
    what: `${indexUrl(question)} lists no packages${repository.components.length === 0 ? '' : ` for ${repository.components.join(', ')}`}`,
    fix: `Correct the repository ${repository.id} in config/distros/${spec.distro.id}.yaml`,
  });
}

function indexUrl({ spec, repository }: Question): string {
  const url = placeUrl(spec, repository, 'bakeUrl');
  return spec.distro.family === 'el' ? `${url}/repodata/repomd.xml` : `${url}/dists/${repository.suite}/InRelease`;
}

async function aptLines(question: Question, timeoutMs: number, host: Context['host']): Promise<readonly string[]> {
  const { repository, workDir, spec } = question;
  const url = indexUrl(question);
  const path = join(workDir, `${repository.id}.InRelease`);
  await fetchFile(host, { url, path, timeoutMs });
  const text = await checkedText(host, { path, url, workDir, signedBy: repository.signedBy, key: keyOf(spec, repository) });
  const index = readSignedIndex(text, repository.components);
  if (repository.frozen !== true) refuseExpired(index.validUntil, host.clock.now(), url);
  return index.lines;
}

async function dnfLines(question: Question, timeoutMs: number, host: Context['host']): Promise<readonly string[]> {
  const { repository, workDir, spec } = question;
  const url = indexUrl(question);
  const path = join(workDir, `${repository.id}.repomd.xml`);
  await fetchFile(host, { url, path, timeoutMs });
  const key = keyOf(spec, repository);
  if (repository.metadataSigned === true && key !== undefined) {
    await fetchFile(host, { url: `${url}.asc`, path: `${path}.asc`, timeoutMs });
    await checkSeparate(host, { path, url, workDir, key, signedBy: repository.signedBy });
  }
  return readRepomd(await host.files.readText(path));
}

function refuseExpired(validUntil: Date | undefined, now: Date, url: string): void {
  if (validUntil === undefined || validUntil > now) return;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `${url} expired on ${validUntil.toISOString()}: the mirror is stale or the host's clock is wrong`,
    fix: 'Use another mirror, or correct the clock',
  });
}
