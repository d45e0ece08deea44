import type { Argv } from '../host/host.ts';

interface Archive {
  readonly path: string;
  readonly dir: string;
  readonly names: readonly string[];
}

/** Packs files in the order given, in the oldest form that every reader of appliances knows, and without a trace of who packed them. */
export function packTarArgv({ path, dir, names }: Archive): Argv {
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=0644', '--mtime=@0'];
  return ['tar', '--create', '--format=ustar', ...owner, '--file', path, '--directory', dir, '--', ...names];
}

/** Fails unless each file of an archive is, byte for byte, the one that was packed. */
export function compareTarArgv({ path, dir }: Omit<Archive, 'names'>): Argv {
  const compare = String.raw`cd -- "$2" && tar --extract --to-command='cmp -s -- - "$TAR_FILENAME"' --file "$1"`;
  return ['bash', '-c', compare, 'bash', path, dir];
}
