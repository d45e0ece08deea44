import type { Argv } from './host.ts';

/**
 * Wraps a command so that nothing of it outlives Ingot, also after kill -9: the kernel kills `unshare` when its parent
 * dies, and with it the PID namespace and the private mounts. Without root there is only the parent-death signal.
 */
export function contained(argv: Argv, isRoot: boolean): Argv {
  if (!isRoot) return ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
  return [
    'setpriv',
    '--pdeathsig',
    'KILL',
    '--',
    'unshare',
    '--mount',
    '--pid',
    '--fork',
    '--kill-child',
    '--mount-proc',
    '--propagation',
    'private',
    '--',
    ...argv,
  ];
}

/** Wraps a long-lived child (a test VM) so that it dies with Ingot. */
export function bound(argv: Argv): Argv {
  return ['setpriv', '--pdeathsig', 'KILL', '--', ...argv];
}
