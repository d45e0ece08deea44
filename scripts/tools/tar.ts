import type { Argv } from '../host/host.ts';

interface Archive {
  readonly path: string;
  readonly dir: string;
  readonly names: readonly string[];
}

/** One entry of an archive, with what is said of it there, whatever it is on this host. */
export interface PackedEntry {
  readonly name: string;
  readonly mode: string;
  /** User and group. */
  readonly owner: number;
  readonly modifiedSeconds: number;
}

/** Takes files of every size, and says nothing of when and by whom they were read. */
const PAX = ['--format=pax', '--pax-option=exthdr.name=%d/PaxHeaders/%f,delete=atime,delete=ctime'];

/** Packs files in the order given, in the oldest form that every reader of appliances knows, and without a trace of who packed them. */
export function packTarArgv(archive: Archive): Argv {
  return packArgv(['--format=ustar'], archive);
}

/** Packs files of any size in the order given, and without a trace of who packed them. */
export function packLargeTarArgv(archive: Archive): Argv {
  return packArgv(PAX, archive);
}

/** Adds one entry to the end of an archive, which is made when it is not there; of a folder, only the folder. */
export function addToTarArgv({ path, dir }: Omit<Archive, 'names'>, { name, mode, owner, modifiedSeconds }: PackedEntry): Argv {
  const said = [`--owner=${owner}`, `--group=${owner}`, '--numeric-owner', `--mode=${mode}`, `--mtime=@${modifiedSeconds}`];
  return ['tar', '--append', ...PAX, ...said, '--no-recursion', '--dereference', '--file', path, '--directory', dir, '--', name];
}

/** Prints what sha256sum says of one file of an archive, without unpacking it. */
export function digestInTarArgv(path: string, name: string): Argv {
  return ['bash', '-c', 'set -o pipefail; tar --extract --to-stdout --file "$1" -- "$2" | sha256sum', 'bash', path, name];
}

/** Fails unless each file of an archive is, byte for byte, the one that was packed. */
export function compareTarArgv({ path, dir }: Omit<Archive, 'names'>): Argv {
  const compare = String.raw`cd -- "$2" && tar --extract --to-command='cmp -s -- - "$TAR_FILENAME"' --file "$1"`;
  return ['bash', '-c', compare, 'bash', path, dir];
}

function packArgv(format: readonly string[], { path, dir, names }: Archive): Argv {
  const owner = ['--owner=0', '--group=0', '--numeric-owner', '--mode=0644', '--mtime=@0'];
  return ['tar', '--create', ...format, ...owner, '--file', path, '--directory', dir, '--', ...names];
}
