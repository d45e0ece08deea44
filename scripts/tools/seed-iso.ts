import { join } from 'node:path';
import type { Argv, Host } from '../host/host.ts';

/** A file of a NoCloud seed. */
export interface SeedText {
  readonly path: string;
  readonly text: string;
}

/** Packs seed files into the CD image that cloud-init looks for by its label, and gives its path. A machine's settings may hold passwords: nobody else reads it. */
export async function writeSeedIso(host: Host, { dir, files }: { readonly dir: string; readonly files: readonly SeedText[] }): Promise<string> {
  const seedDir = join(dir, 'seed');
  const isoPath = join(dir, 'seed.iso');
  await host.files.makeDir(seedDir);
  await host.files.chmod(seedDir, 0o700);
  for (const { path, text } of files) await host.files.writeText(join(seedDir, path), text, 0o600);
  await host.files.remove(isoPath);
  await host.files.writeUnsynced(isoPath, '', 0o600);
  await host.run(seedIsoArgv({ seedDir, isoPath }));
  return isoPath;
}

/** The command that makes the CD. */
export function seedIsoArgv({ seedDir, isoPath }: { readonly seedDir: string; readonly isoPath: string }): Argv {
  return ['xorriso', '-as', 'mkisofs', '-quiet', '-volid', 'cidata', '-joliet', '-rock', '-output', isoPath, seedDir];
}
