import { basename, join } from 'node:path';
import { BakeError } from '../errors.ts';
import type { Context } from './stage.ts';

export interface Download {
  readonly url: string;
  readonly algorithm: 'sha256' | 'sha512';
  readonly hex: string;
  readonly dir: string;
}

/** Brings a file whose digest is known into a folder named by that digest: never fetched twice, hashed again before each use. */
export async function fetchByDigest(download: Download, { host, say }: Pick<Context, 'host' | 'say'>): Promise<string> {
  const { url, algorithm, hex, dir } = download;
  const path = join(dir, `${algorithm}-${hex}`);
  if ((await host.files.exists(path)) && (await host.files.digest(path, algorithm)) === hex) return path;
  await host.files.makeDir(dir);
  const partialPath = `${path}.part`;
  say({ type: 'progress', stage: 'base', message: `fetching ${basename(new URL(url).pathname)}` });
  const argv = [
    'curl',
    '--fail',
    '--location',
    '--silent',
    '--show-error',
    '--connect-timeout',
    '15',
    '--speed-limit',
    '1024',
    '--speed-time',
    '60',
    '--continue-at',
    '-',
    '--output',
    partialPath,
    '--',
    url,
  ] as const;
  let { exitCode, stderr } = await host.run(argv, { reject: false });
  // 33: the server cannot go on in the middle; 22: it may have refused because the part was all of it.
  if ((exitCode === 33 || exitCode === 22) && (await host.files.exists(partialPath))) {
    await host.files.remove(partialPath);
    ({ exitCode, stderr } = await host.run(argv, { reject: false }));
  }
  if (exitCode !== 0) {
    throw new BakeError('NETWORK_UNREACHABLE', {
      what: `${new URL(url).host} did not give ${url}`,
      fix: 'Check the network, name another mirror in config/mirrors.yaml, or give the image with --base FILE',
      details: stderr.trim().split('\n').slice(-3),
    });
  }
  const found = await host.files.digest(partialPath, algorithm);
  if (found !== hex) {
    await host.files.remove(partialPath);
    throw new BakeError('DIGEST_MISMATCH', {
      what: `${url} is not the file that the configuration names`,
      fix: 'Refresh the digest in the distro YAML if the vendor has published a new image',
      details: [`${algorithm} expected ${hex}`, `${algorithm} found    ${found}`],
    });
  }
  await host.files.rename(partialPath, path);
  return path;
}
