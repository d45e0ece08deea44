import { BakeError } from '../errors.ts';
import type { Argv, Host } from '../host/host.ts';

const APT_HELPER = '/usr/lib/apt/apt-helper';

export interface Fetching {
  readonly url: string;
  readonly path: string;
  readonly timeoutMs: number;
}

/** Fetches a small file the way that the host's own apt goes (its proxy, its certificates), or with curl on a host without apt. */
export async function fetchFile(host: Host, { url, path, timeoutMs }: Fetching): Promise<void> {
  const seconds = Math.min(10, Math.floor(timeoutMs / 1000));
  const argv: Argv = (await host.files.exists(APT_HELPER))
    ? [
        APT_HELPER,
        '-o',
        `Acquire::http::Timeout=${seconds}`,
        '-o',
        `Acquire::https::Timeout=${seconds}`,
        '-o',
        'Acquire::Retries=0',
        // Into a folder that only we can enter: apt would say so every time, beside what is really wrong.
        '-o',
        'APT::Sandbox::User=root',
        'download-file',
        url,
        path,
      ]
    : ['curl', '-fsSL', '--connect-timeout', String(seconds), '--max-time', String(Math.floor(timeoutMs / 1000)), '-o', path, url];
  const { exitCode, stderr, stdout } = await host.run(argv, { reject: false, timeoutMs });
  if (exitCode === 0) return;
  throw new BakeError('NETWORK_UNREACHABLE', {
    what: `The package mirror ${new URL(url).host} did not give ${url}`,
    fix: WAYS_OUT,
    details: `${stdout}\n${stderr}`.trim().split('\n').slice(-4),
  });
}

/** What somebody can do whose machine does not reach a mirror. */
export const WAYS_OUT =
  'Check the network; name another mirror in config/mirrors.yaml or by INGOT_MIRROR_<ID> (--base bootstrap then makes the base from it); or bring a base with --base FILE';
