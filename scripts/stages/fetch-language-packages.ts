import { dirname, join } from 'node:path';
import type { Argv, Files } from '../host/host.ts';
import { BakeError } from '../errors.ts';
import type { LanguageLock, SourceTexts } from '../model/image-spec.ts';
import { digestOf } from '../plan/digest.ts';
import { requirementsFor } from '../plan/requirements-lock.ts';
import { allEnded } from './all-ended.ts';
import type { Context, Stage } from './stage.ts';

export interface LanguageRequest {
  readonly locks: readonly LanguageLock[];
  readonly texts: SourceTexts;
  readonly cacheDir: string;
  /** Version of the guest's Python, such as `3.11`. */
  readonly python: string;
}

/** Folders under packages/ of an app layer's payload, and where on the host their content is. */
export type FetchedLocks = readonly { readonly lock: LanguageLock; readonly dir: string }[];

/** Fetches what the committed hash locks name, on the host, by content: the guest needs no index and no certificate. */
export const fetchLanguagePackages: Stage<LanguageRequest, FetchedLocks> = {
  name: 'language-packages',
  title: 'Language packages',
  run: (request, context) => allEnded(request.locks.map(async (lock) => ({ lock, dir: await fetchLock(lock, request, context) }))),
};

async function fetchLock(lock: LanguageLock, request: LanguageRequest, context: Context): Promise<string> {
  const { files } = context.host;
  const identity = { lock: lock.sha256, manifest: lock.manifest?.sha256 ?? '', python: lock.kind === 'pip' ? request.python : '' };
  const dir = join(request.cacheDir, 'language', `${lock.kind}-${digestOf(identity).slice(0, 32)}`);
  if (await files.exists(dir)) return dir;
  await files.makeDir(dirname(dir));
  const tempDir = await files.makeTempDir(dirname(dir), `.${lock.kind}-`);
  const partialDir = `${tempDir}.partial`;
  await files.rename(tempDir, partialDir);
  context.scope.onFailure('half-fetched packages', () => files.remove(partialDir));
  await fetchers[lock.kind](lock, partialDir, { ...request, context });
  await takePlace(files, partialDir, dir);
  return dir;
}

/** Another bake may have fetched the same meanwhile. */
async function takePlace(files: Files, partialDir: string, dir: string): Promise<void> {
  try {
    await files.rename(partialDir, dir);
  } catch (error) {
    if (!(await files.exists(dir))) throw error;
    await files.remove(partialDir);
  }
}

type Fetcher = (lock: LanguageLock, dir: string, request: LanguageRequest & { readonly context: Context }) => Promise<void>;

const fetchers: Readonly<Record<LanguageLock['kind'], Fetcher>> = { pip: fetchWheels, npm: fetchModules };

async function fetchWheels(lock: LanguageLock, dir: string, { texts, python, context: { host } }: Parameters<Fetcher>[2]): Promise<void> {
  const lockPath = join(dir, 'requirements.txt');
  await host.files.writeText(lockPath, requirementsFor(textOf(texts, lock.source), python));
  await fetching(lock, () => host.run(downloadArgv({ lockPath, dir, python })));
}

function downloadArgv({ lockPath, dir, python }: { readonly lockPath: string; readonly dir: string; readonly python: string }): Argv {
  const platforms = ['manylinux2014_x86_64', 'manylinux_2_17_x86_64', 'manylinux_2_28_x86_64'].flatMap((platform) => ['--platform', platform]);
  return [
    'python3',
    '-m',
    'pip',
    'download',
    '--quiet',
    '--disable-pip-version-check',
    '--no-deps',
    '--require-hashes',
    '--only-binary=:all:',
    '--implementation',
    'cp',
    '--python-version',
    python,
    ...platforms,
    '--dest',
    dir,
    '-r',
    lockPath,
  ];
}

async function fetchModules(lock: LanguageLock, dir: string, { texts, context: { host } }: Parameters<Fetcher>[2]): Promise<void> {
  if (lock.manifest === undefined)
    throw new BakeError('CONFIG_INVALID', { what: `The npm lock ${lock.source} has no manifest`, fix: 'Name its package.json in component.yaml' });
  await host.files.writeText(join(dir, 'package.json'), textOf(texts, lock.manifest.source));
  await host.files.writeText(join(dir, 'package-lock.json'), textOf(texts, lock.source));
  await fetching(lock, () => host.run(['npm', 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--os=linux', '--cpu=x64', '--libc=glibc'], { cwd: dir }));
  await host.run(['tar', '--sort=name', '--mtime=@0', '--owner=0', '--group=0', '--numeric-owner', '-cf', 'node_modules.tar', 'node_modules'], { cwd: dir });
  await host.files.remove(join(dir, 'node_modules'));
}

async function fetching(lock: LanguageLock, fetch: () => Promise<unknown>): Promise<void> {
  try {
    await fetch();
  } catch (cause) {
    if (!(cause instanceof BakeError) || cause.code !== 'TOOL_FAILED') throw cause;
    throw new BakeError('BAKE_FAILED', {
      what: `The packages of ${lock.source} could not be fetched`,
      fix: 'Check the index of the host (pip config, npm config) and that the lock names packages for this Python and platform',
      details: cause.details,
      cause,
    });
  }
}

function textOf(texts: SourceTexts, source: string): string {
  const text = texts.get(source);
  if (text !== undefined) return text;
  throw new BakeError('BUG', { what: `The text of ${source} was not loaded`, fix: 'Report this' });
}
