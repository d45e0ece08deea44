import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Repository } from '../model/distro.ts';
import type { ImageSpec } from '../model/image-spec.ts';
import { readSignedIndex } from '../plan/signed-index.ts';
import type { Stage } from './stage.ts';

const APT_HELPER = '/usr/lib/apt/apt-helper';
const FETCH_TIMEOUT_MS = 25_000;

/** Fetches the signed index of every base repository, checks its signature, and says what it promises: layers are keyed on that. */
export const resolvePackageIndexes: Stage<{ readonly spec: ImageSpec; readonly workDir: string }, Readonly<Record<string, string>>> = {
  name: 'indexes',
  title: 'Package indexes',
  run: async ({ spec, workDir }, { host }) => {
    const repositories = spec.distro.repositories.filter(({ base }) => base);
    const digests = await Promise.all(repositories.map(async (repository) => [repository.id, await indexDigest({ host, spec, repository, workDir })] as const));
    return Object.fromEntries(digests);
  },
};

interface Question {
  readonly host: Host;
  readonly spec: ImageSpec;
  readonly repository: Repository;
  readonly workDir: string;
}

async function indexDigest(question: Question): Promise<string> {
  const { host, spec, repository, workDir } = question;
  const { bakeUrl } = spec.mirrors.find(({ id }) => id === repository.mirror) ?? { bakeUrl: '' };
  const url = `${bakeUrl.replace(/\/$/, '')}/dists/${repository.suite}/InRelease`;
  const signedPath = join(workDir, `${repository.id}.InRelease`);
  await fetchFile(host, url, signedPath);
  const text = await checkedText(question, signedPath, url);
  const index = readSignedIndex(text, repository.components);
  if (index.lines.length === 0)
    throw new BakeError('CONFIG_INVALID', {
      what: `${url} lists no packages for ${repository.components.join(', ')}`,
      fix: `Correct the repository ${repository.id} in config/distros/${spec.distro.id}.yaml`,
    });
  refuseExpired(index.validUntil, host.clock.now(), url);
  return createHash('sha256').update(index.lines.join('\n')).digest('hex');
}

async function fetchFile(host: Host, url: string, path: string): Promise<void> {
  const helper = await host.files.exists(APT_HELPER);
  const { exitCode, stderr, stdout } = await host.run(
    helper
      ? [APT_HELPER, '-o', 'Acquire::http::Timeout=10', '-o', 'Acquire::https::Timeout=10', '-o', 'Acquire::Retries=0', 'download-file', url, path]
      : ['curl', '-fsSL', '--connect-timeout', '10', '--max-time', '25', '-o', path, url],
    { reject: false, timeoutMs: FETCH_TIMEOUT_MS },
  );
  if (exitCode === 0) return;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `The package mirror ${new URL(url).host} did not give ${url}`,
    fix: 'Check the network, set another mirror in config/mirrors.yaml or by INGOT_MIRROR_<ID>, or give a base with --base FILE',
    details: `${stdout}\n${stderr}`.trim().split('\n').slice(-4),
  });
}

async function checkedText({ host, repository }: Question, signedPath: string, url: string): Promise<string> {
  const textPath = `${signedPath}.txt`;
  await host.files.remove(textPath);
  const { exitCode, stderr } = await host.run(['gpgv', '--quiet', '--keyring', repository.signedBy, '--output', textPath, signedPath], { reject: false });
  if (exitCode === 0) return host.files.readText(textPath);
  throw new BakeError('DIGEST_MISMATCH', {
    what: `The signature of ${url} is not by a key in ${repository.signedBy}`,
    fix: 'Do not use this mirror; or update the key ring package',
    details: stderr.trim().split('\n').slice(-4),
  });
}

function refuseExpired(validUntil: Date | undefined, now: Date, url: string): void {
  if (validUntil === undefined || validUntil > now) return;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `${url} expired on ${validUntil.toISOString()}: the mirror is stale or the host's clock is wrong`,
    fix: 'Use another mirror, or correct the clock',
  });
}
