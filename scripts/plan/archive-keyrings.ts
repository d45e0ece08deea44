import type { Distro } from '../model/distro.ts';
import { named, type HostRequirement } from './host-requirement.ts';

/** The key rings that this host checks the packages of some distros by: another distro's is seldom there, and is better missed before a bake than in it. */
export function keyringRequirements(distros: readonly Distro[]): readonly HostRequirement[] {
  const asked = distros.flatMap((distro) => keyringsOf(distro).map((keyring) => ({ keyring, distro })));
  return [...new Set(asked.map(({ keyring }) => keyring))].map((keyring) =>
    requirementOf(
      keyring,
      asked.filter((other) => other.keyring === keyring).map(({ distro }) => distro),
    ),
  );
}

/** The index of an apt archive is checked on the host, whatever the base is; one that names a key with the project's own copy of it. */
export function keyringsOf({ family, bootstrap, repositories }: Distro): readonly string[] {
  const own = family === 'el' ? [] : repositories.filter(({ base, key }) => base && key === undefined).map(({ signedBy }) => signedBy);
  return [...new Set([...(bootstrap?.keyring === undefined ? [] : [bootstrap.keyring]), ...own])];
}

function requirementOf(keyring: string, distros: readonly Distro[]): HostRequirement {
  const known = distros.find(({ bootstrap }) => bootstrap?.keyring === keyring && bootstrap.keyringPackages !== undefined);
  return named(keyring, {
    purpose: `checks who signed the packages of ${distros.map(({ id }) => id).join(', ')}`,
    needs: ['bake'],
    packages: known?.bootstrap?.keyringPackages ?? {},
    otherwise: 'copy the file from a machine of that distro',
  });
}
