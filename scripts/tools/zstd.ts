import type { Argv, Host } from '../host/host.ts';

/** Packs a file beside itself, with a checksum of the unpacked content inside; the file itself goes. */
export function zstdArgv(path: string): Argv {
  return ['zstd', '-q', '-T0', '-6', '--check', '--sparse', '--rm', '-f', path, '-o', `${path}.zst`];
}

/** Unpacks into nothing: what comes out has the checksum of what went in, or this fails. */
export async function testZstd(host: Host, path: string): Promise<void> {
  await host.run(['zstd', '-q', '-t', path], { contain: true });
}
