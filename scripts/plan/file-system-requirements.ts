import type { Distro } from '../model/distro.ts';
import { both, named, type HostRequirement } from './host-requirement.ts';

/** What a bake does to a root file system that only some distros' images have: better missed before a bake than at the end of its first layer. */
export function fileSystemRequirements(distros: readonly Distro[]): readonly HostRequirement[] {
  const asked = distros.filter(({ family }) => family === 'el').map(({ id }) => id);
  if (asked.length === 0) return [];
  const programs = [
    ['xfs_growfs', 'grows the root file system'],
    ['xfs_repair', 'proves that the root file system is whole'],
    ['xfs_db', 'tells which blocks are free'],
  ] as const;
  return [
    ...programs.map(([name, does]) => named(name, { purpose: `${does}, of ${asked.join(', ')}`, needs: ['bake'], packages: both('xfsprogs') })),
    named('rpm', { purpose: `tells which packages a disk holds, of ${asked.join(', ')}`, needs: ['bake'], packages: both('rpm') }),
  ];
}
