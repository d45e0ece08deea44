import type { Argv } from '../host/host.ts';

export interface Bootstrap {
  readonly suite: string;
  readonly packages: readonly string[];
  readonly sourcesPath: string;
  /** Script that turns the finished root into a disk; gets the root's folder as its argument. */
  readonly hookPath: string;
  readonly aptConfPath: string;
}

/** Unpacks a distribution from its signed mirror and hands the root to a hook; keeps nothing else. */
export function mmdebstrapArgv({ suite, packages, sourcesPath, hookPath, aptConfPath }: Bootstrap): Argv {
  return [
    'mmdebstrap',
    '--variant=minbase',
    '--format=null',
    '--dpkgopt=force-unsafe-io',
    `--aptopt=${aptConfPath}`,
    `--include=${packages.join(',')}`,
    `--customize-hook=bash '${hookPath.replaceAll("'", String.raw`'\''`)}' "$1"`,
    suite,
    '/dev/null',
    sourcesPath,
  ];
}
