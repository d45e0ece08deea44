import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { BasePlan } from '../model/build-plan.ts';
import type { ImageSpec, SourceTexts } from '../model/image-spec.ts';
import { bakeAptConf, sourcesList } from '../plan/package-access.ts';
import { withLock } from '../store/lock.ts';
import type { DiskCache } from '../store/disk-cache.ts';
import { mmdebstrapArgv } from '../tools/mmdebstrap.ts';
import { checkImage, convertArgv, imageInfo } from '../tools/qemu-img.ts';
import { customerUrls } from './customer-api.ts';
import { fetchByDigest, keptDownload } from './fetch-by-digest.ts';
import type { Context, Stage } from './stage.ts';

export interface BaseRequest {
  readonly spec: ImageSpec;
  /** Of the spec's files; its pinned keys are among them. */
  readonly texts: SourceTexts;
  readonly base: BasePlan;
  readonly cache: DiskCache;
  readonly fresh: boolean;
  readonly workDir: string;
  readonly hostAptDump: string;
}

/** Another role's bake of the same distro is waited for: the base is made once. */
const LONGEST_BASE_MS = 60 * 60 * 1000;

/** Makes the bottom of the chain, a plain system that boots; returns the path of its disk in the cache. */
export const makeBase: Stage<BaseRequest, string> = {
  name: 'base',
  title: 'Base system',
  run: async (request, context) => {
    const { base, cache } = request;
    const lockPath = join(cache.dir, `${base.key}.lock`);
    await context.host.files.makeDir(cache.dir);
    return withLock(
      context.host,
      lockPath,
      { purpose: `making the base of ${request.spec.distro.id}`, waitMs: LONGEST_BASE_MS, say: context.say },
      async () => {
        const found = request.fresh ? undefined : await cache.find(base.key);
        return found ?? makeAndKeep(request, context);
      },
    );
  },
};

async function makeAndKeep(request: BaseRequest, context: Context): Promise<string> {
  const { base, cache, spec } = request;
  const partialPath = cache.partialPath(base.key);
  context.scope.onFailure('half-made base', () => context.host.files.remove(partialPath));
  await makers[base.kind](request, partialPath, context);
  return cache.keep({ key: base.key, name: 'base', imageId: spec.distro.id, keyFields: base.keyFields, partialPath, parentPath: null });
}

type Maker = (request: BaseRequest, partialPath: string, context: Context) => Promise<void>;

const makers: Readonly<Record<BasePlan['kind'], Maker>> = { bootstrap: makeByBootstrap, file: makeFromFile, 'cloud-image': makeFromCloudImage };

async function makeByBootstrap({ spec, texts, base, workDir, hostAptDump }: BaseRequest, partialPath: string, { host, scope, say }: Context): Promise<void> {
  if (base.kind !== 'bootstrap') return;
  const dir = join(workDir, 'base');
  await host.files.makeDir(dir);
  scope.always('work folder of the base', () => host.files.remove(dir));
  const paths = { sources: join(dir, 'sources.list'), public: join(dir, 'public.list'), aptConf: join(dir, 'apt.conf'), disk: join(dir, 'disk.raw') };
  const keyPaths = await writeKeys(host, dir, { spec, texts });
  await host.files.writeText(
    paths.sources,
    sourcesList(spec, 'bakeUrl', ({ key, signedBy }) => keyPaths.get(key ?? '') ?? signedBy),
  );
  await host.files.writeText(paths.public, sourcesList(spec, 'url'));
  await host.files.writeText(paths.aptConf, hostSettingsOf(hostAptDump));
  const argv = mmdebstrapArgv({
    suite: base.suite,
    packages: base.packages,
    sourcesPath: paths.sources,
    hookPath: join(host.facts.projectDir, 'packer/bootstrap-disk.sh'),
    aptConfPath: paths.aptConf,
  });
  await host.run(argv, {
    contain: true,
    env: {
      DISK: paths.disk,
      VIRTUAL_SIZE_MIB: String(base.virtualSizeMiB),
      PUBLIC_SOURCES: paths.public,
      WORK_DIR: dir,
      ...fileSystemIds(base.key),
      TMPDIR: dir,
    },
    onLine: (line) => say({ type: 'progress', stage: 'base', message: line }),
  });
  await host.run(convertArgv({ from: paths.disk, fromFormat: 'raw', to: partialPath }));
}

/** The pinned keys of the distro's own repositories as files, by id: on a host of another distro there is no key ring that has them. */
async function writeKeys(host: Context['host'], dir: string, { spec, texts }: Pick<BaseRequest, 'spec' | 'texts'>): Promise<ReadonlyMap<string, string>> {
  const ids = new Set(spec.distro.repositories.flatMap(({ base, key }) => (base && key !== undefined ? [key] : [])));
  const paths = new Map<string, string>();
  for (const { id, file } of spec.keys ?? []) {
    const text = file === undefined ? undefined : texts.get(file.source);
    if (!ids.has(id) || text === undefined) continue;
    paths.set(id, join(dir, `${id}.asc`));
    await host.files.writeText(join(dir, `${id}.asc`), text);
  }
  return paths;
}

/** Identifiers of the file systems come from the key: the same base is the same bytes wherever it is made. */
function fileSystemIds(key: string): { readonly ROOT_UUID: string; readonly ESP_ID: string } {
  const hex = key.replaceAll(/[^0-9a-f]/g, '').padEnd(40, '0');
  return {
    ROOT_UUID: `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`,
    ESP_ID: hex.slice(32, 40).toUpperCase(),
  };
}

/** Only what carries over from the host's apt; the paths of a bake's apt.conf are those of a guest. */
function hostSettingsOf(hostAptDump: string): string {
  const lines = bakeAptConf({ hostDump: hostAptDump, withCertificates: false }).split('\n');
  return `${['Acquire::Languages "none";', ...lines.filter((line) => /^Acquire::(?!Languages)/.test(line))].join('\n')}\n`;
}

async function makeFromFile({ base }: BaseRequest, partialPath: string, { host }: Context): Promise<void> {
  if (base.kind !== 'file') return;
  const { format, backingFile } = await imageInfo(host, base.path);
  if (backingFile !== undefined) {
    throw new BakeError('BASE_INVALID', {
      what: `${base.path} has a backing file (${backingFile}): it is not a whole disk`,
      fix: 'Flatten it first: qemu-img convert -O qcow2 FILE WHOLE.qcow2',
    });
  }
  await checkImage(host, base.path);
  await host.run(convertArgv({ from: base.path, fromFormat: format, to: partialPath }));
}

async function makeFromCloudImage(request: BaseRequest, partialPath: string, context: Context): Promise<void> {
  const { base, cache, spec } = request;
  if (base.kind !== 'cloud-image') return;
  const dir = join(cache.dir, '..', 'downloads');
  const whenGone = `Vendors remove old builds: run npm run lock -- --distro ${spec.distro.id} to use the newest one, or give the image with --base FILE`;
  const kept = await keptDownload(context.host, { dir, digest: base.digest });
  const urls =
    base.exchange === undefined || kept ? base.urls : await customerUrls({ urls: base.urls, exchange: base.exchange, workDir: request.workDir }, context);
  const path = await fetchByDigest({ urls, digest: base.digest, dir, whenGone }, context);
  await makeFromFile({ ...request, base: { kind: 'file', key: base.key, keyFields: base.keyFields, path } }, partialPath, context);
}
