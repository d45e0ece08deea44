import { join } from 'node:path';
import { listTargets } from '../config/list-targets.ts';
import { loadRehearsal } from '../config/load-rehearsal.ts';
import { loadSpec, type SpecWish } from '../config/load-spec.ts';
import { BakeError } from '../errors.ts';
import type { HostFacts } from '../model/build-plan.ts';
import type { RehearsalCatalogue, RehearsalReport, RehearsalResult, RehearsalRow } from '../model/rehearsal.ts';
import { planBuild } from '../plan/build-plan.ts';
import { digestOf } from '../plan/digest.ts';
import { sourcesList } from '../plan/package-access.ts';
import { rehearsalSpec } from '../plan/rehearsal-spec.ts';
import { standInPlaces } from '../plan/stand-ins.ts';
import { stoodIn } from '../plan/stood-in.ts';
import { ensureHost } from '../stages/ensure-host.ts';
import { fetchLanguagePackages } from '../stages/fetch-language-packages.ts';
import { makeRehearsalRoot } from '../stages/make-rehearsal-root.ts';
import { rehearseImage } from '../stages/rehearse-image.ts';
import { resolveKeys } from '../stages/resolve-keys.ts';
import { runStage, type Desk } from '../stages/stage.ts';

export interface RehearseRequest {
  /** Empty: every distro. */
  readonly distros: readonly string[];
  /** Empty: every role. */
  readonly roles: readonly string[];
  readonly cacheDir: string;
  readonly buildDir: string;
  readonly configDir?: string;
  readonly yes: boolean;
  readonly ask?: (question: string) => Promise<boolean>;
}

/** The distro in whose root everything is rehearsed, and its interpreter: the servers that read what was written are its own. */
const STAGE_DISTRO_ALIAS = 'debian';

/** Runs the layers of images for real where their own packages cannot be had; one that fails never stops the others. */
export async function rehearse(desk: Desk, request: RehearseRequest): Promise<RehearsalReport> {
  const { spec: stage } = await loadSpec(desk.host, { distro: STAGE_DISTRO_ALIAS });
  await ensureHost(desk, { needs: ['rehearsal'], distros: [stage.distro], yes: request.yes, ask: request.ask, dir: request.cacheDir });
  const targets = await targetsOf(desk, request);
  const { host } = desk;
  const workDir = join(request.buildDir, 'rehearsal', String(host.facts.pid));
  try {
    const rootWish = { cacheDir: request.cacheDir, suite: stage.distro.codename, sources: sourcesList(stage, 'bakeUrl'), workDir: join(workDir, 'root') };
    const rootDir = await runStage(desk, makeRehearsalRoot, rootWish);
    const shared = { request, rootDir, standInsDir: join(workDir, 'stand-ins'), python: stage.distro.python };
    const results: RehearsalResult[] = [];
    for (const wish of targets) results.push(await rehearseOne(desk, { ...shared, wish, workDir: join(workDir, `image-${results.length}`) }));
    return { kind: 'RehearsalReport', schemaVersion: 1, results };
  } finally {
    await host.files.remove(workDir);
  }
}

async function targetsOf({ host }: Desk, { distros, roles, configDir }: RehearseRequest): Promise<readonly SpecWish[]> {
  const where = configDir === undefined ? {} : { configDir };
  const all = await listTargets(host, configDir);
  const wanted = await Promise.all(distros.map(async (distro) => (await loadSpec(host, { distro, ...where })).spec.distro.id));
  const chosen = all.filter(({ distro, role }) => (wanted.length === 0 || wanted.includes(distro)) && (roles.length === 0 || roles.includes(role)));
  if (chosen.length > 0) return chosen.map(({ image, role, distro }) => ({ image, role, distro, ...where }));
  throw new BakeError('USAGE', { what: 'There is nothing to rehearse', fix: 'Name distros of config/distros and roles that the image has' });
}

interface Rehearsing {
  readonly request: RehearseRequest;
  readonly wish: SpecWish;
  readonly rootDir: string;
  readonly standInsDir: string;
  readonly workDir: string;
  readonly python: string;
}

async function rehearseOne(desk: Desk, { request, wish, rootDir, standInsDir, workDir, python }: Rehearsing): Promise<RehearsalResult> {
  const { host } = desk;
  const startedMs = host.clock.monotonicMs();
  const { spec: wanted, texts: given } = await loadSpec(host, wish);
  const rows: RehearsalRow[] = [];
  let standIns: readonly string[] = [];
  try {
    await host.files.makeDir(workDir);
    const { spec, texts } = await resolveKeys(host, { spec: wanted, texts: given, workDir });
    rows.push({ what: 'the keys of third parties are those that are pinned', by: 'real', outcome: 'pass', detail: '' });
    const plan = planBuild(rehearsalSpec(spec), NO_HOST(Object.fromEntries(spec.distro.repositories.map(({ id }) => [id, 'rehearsal']))), {
      base: { path: 'base.qcow2', sha256: 'rehearsal' },
      specDigest: digestOf(spec),
    });
    const locks = plan.layers.flatMap((layer) => layer.locks);
    // The interpreter of the root stands in for the distro's own, so its wheels are taken.
    const fetched = locks.length === 0 ? [] : await runStage(desk, fetchLanguagePackages, { locks, texts, cacheDir: request.cacheDir, python });
    const catalogue = await loadRehearsal(host, spec.distro.family);
    standIns = stoodIn(standInPlaces(spec.distro, catalogue), [...plan.layers.flatMap(({ packages }) => packages), ...ofEveryBase(catalogue)]);
    rows.push(...(await runStage(desk, rehearseImage, { spec, texts, plan, locks: fetched, catalogue, rootDir, standInsDir, workDir })));
  } catch (error) {
    if (!(error instanceof BakeError) || error.code === 'INTERRUPTED') throw error;
    rows.push({ what: 'everything is made ready', by: 'real', outcome: 'fail', detail: [error.what, ...error.details].join(' | ').slice(0, 400) });
  }
  const outcome = rows.every((row) => row.outcome === 'pass') ? 'pass' : 'fail';
  desk.say({ type: 'note', message: `${wanted.imageId}: ${outcome}` });
  return { imageId: wanted.imageId, distro: wanted.distro.id, outcome, rows, standIns, seconds: (host.clock.monotonicMs() - startedMs) / 1000 };
}

function ofEveryBase({ packages }: RehearsalCatalogue): readonly string[] {
  return Object.keys(packages).filter((name) => packages[name]?.['present'] === true);
}

/** A rehearsal's plan is one for no host. */
const NO_HOST = (indexDigests: HostFacts['indexDigests']): HostFacts => ({
  driver: 'native',
  accelerator: 'tcg',
  packerVersion: '1.6.6',
  indexDigests,
  bootstrapScript: 'rehearsal',
  cpus: 2,
  memoryMiB: 4096,
});
