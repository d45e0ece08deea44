import { join } from 'node:path';
import type { BuildPlan } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import type { RehearsalCatalogue, RehearsalRow } from '../model/rehearsal.ts';
import { digestOf } from '../plan/digest.ts';
import { rehearsalRows } from '../plan/rehearsal-rows.ts';
import { osRelease, REHEARSAL_KEY, rehearsalSpec, subscribedRepositories } from '../plan/rehearsal-spec.ts';
import { standInPlaces } from '../plan/stand-ins.ts';
import type { FetchedLocks } from './fetch-language-packages.ts';
import { writePackageAccess } from './package-access.ts';
import type { Context, Stage } from './stage.ts';
import { writePayload } from './write-payload.ts';

export interface RehearsalJob {
  readonly spec: ImageSpec;
  readonly texts: SourceTexts;
  readonly plan: BuildPlan;
  readonly locks: FetchedLocks;
  readonly catalogue: RehearsalCatalogue;
  /** Made once and only read. */
  readonly rootDir: string;
  /** Repositories that are made once for all roles of a distro, and only read. */
  readonly standInsDir: string;
  readonly workDir: string;
}

/** Runs an image's layers for real, against stand-ins for its repositories, in a root that is thrown away. */
export const rehearseImage: Stage<RehearsalJob, readonly RehearsalRow[]> = {
  name: 'rehearse',
  title: 'Rehearsal',
  run: async (job, { host, scope, say }) => {
    const { workDir, rootDir, spec, plan, texts } = job;
    scope.always('work folder of the rehearsal', () => host.files.remove(workDir));
    const standIns = await buildStandIns(job, host);
    const key = await host.files.readText(join(standIns, 'keys/key.asc'));
    await writeRoot(job, { standIns, key }, host);
    const rehearsed = { spec: rehearsalSpec(spec), texts: new Map([...texts, [REHEARSAL_KEY, key]]) };
    for (const layer of plan.layers) {
      const dir = join(workDir, 'payloads', layer.name);
      await host.files.makeDir(dir);
      await writePayload(host, { ...rehearsed, layer, locks: job.locks, dir });
      await writePackageAccess(host, { ...rehearsed, driver: 'native', hostAptDump: '', dir: join(dir, 'bake') });
    }
    const lines: string[] = [];
    const { exitCode } = await host.run(['bash', join(host.facts.projectDir, 'packer/rehearsal/run-layers.sh')], {
      reject: false,
      contain: true,
      env: { ROOT_DIR: rootDir, WORK_DIR: workDir, STAND_INS_DIR: standIns, LAYERS: plan.layers.map(({ name }) => name).join(' '), ...absentAccounts(job) },
      onLine: (line) => {
        lines.push(line);
        say({ type: 'progress', stage: 'rehearse', message: line });
      },
    });
    return rehearsalRows(lines, exitCode);
  },
};

/** The root is one distro's: what only its own base has must not be there for a fact of another to lean on. */
function absentAccounts({ catalogue: { absent } }: RehearsalJob): Readonly<Record<string, string>> {
  return { ABSENT_USERS: absent?.users.join(' ') ?? '', ABSENT_GROUPS: absent?.groups.join(' ') ?? '' };
}

async function buildStandIns({ spec, catalogue, rootDir, standInsDir }: RehearsalJob, { files, run, facts }: Context['host']): Promise<string> {
  const plan = JSON.stringify({ family: spec.distro.family, places: standInPlaces(spec.distro, catalogue), defaults: catalogue.defaults ?? {} });
  const dir = join(standInsDir, digestOf(plan).slice(0, 16));
  if (await files.exists(dir)) return dir;
  const partialDir = `${dir}.partial`;
  for (const name of ['keys', 'base']) await files.makeDir(join(partialDir, name));
  const planPath = join(partialDir, 'plan.json');
  await files.writeUnsynced(planPath, plan);
  const program = join(facts.projectDir, 'packer/rehearsal/build-stand-ins.py');
  const [mirrors, keys, base] = ['mirrors', 'keys', 'base'].map((name) => join(partialDir, name));
  await run(['/usr/bin/python3', program, planPath, rootDir, mirrors ?? '', keys ?? '', base ?? '']);
  await files.rename(partialDir, dir);
  return dir;
}

interface MadeStandIns {
  readonly standIns: string;
  /** What signs them, as text. */
  readonly key: string;
}

/** Where the vendor's own key is: as the catalogue knows, or, for a system that it does not know, as the distro's YAML says. */
function systemKeys({ os, version, repositories }: ImageSpec['distro'], { keys }: RehearsalCatalogue): readonly string[] {
  const id = os?.id ?? '';
  const known = keys[`${id} ${version.split('.')[0] ?? ''}`] ?? keys[id];
  return known === undefined ? [...new Set(repositories.filter(({ base }) => base).map(({ signedBy }) => signedBy))] : [known];
}

/** What a base of this distro has: its os-release, the vendor's key where the vendor has it, and what a registered machine is given. */
async function writeRoot({ spec, catalogue, workDir }: RehearsalJob, { standIns, key }: MadeStandIns, { files, facts }: Context['host']): Promise<void> {
  const write = async (path: string, text: string): Promise<void> => {
    await files.makeDir(join(workDir, 'root', path, '..'));
    await files.writeUnsynced(join(workDir, 'root', path), text);
  };
  const { distro } = spec;
  await write('etc/os-release', osRelease(spec));
  for (const keyPath of systemKeys(distro, catalogue)) {
    await write(keyPath, key);
    if (keyPath.endsWith('.gpg')) await files.copy(join(standIns, 'keys/key.gpg'), join(workDir, 'root', keyPath));
  }
  if (distro.family === 'el')
    await write('etc/dnf/dnf.conf', `[main]\ngpgcheck=1\nmodule_platform_id=platform:el${distro.version.split('.')[0] ?? ''}\nplugins=0\n`);
  const subscribed = subscribedRepositories(spec);
  if (subscribed !== '') await write('etc/yum.repos.d/redhat.repo', subscribed);
  await files.copy(join(facts.projectDir, 'packer/rehearsal/checks.sh'), join(workDir, 'checks.sh'));
}
