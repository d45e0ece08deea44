import type { HostRequirement } from './host-requirement.ts';

const RPM = { apt: 'rpm', dnf: 'rpm-build' };
const CREATEREPO = { apt: 'createrepo-c', dnf: 'createrepo_c' };

/** What makes the repositories of a rehearsal: both families' on any host. */
export const REHEARSAL_REQUIREMENTS: readonly HostRequirement[] = [
  { id: 'dpkg-deb', anyOf: ['dpkg-deb'], purpose: 'makes stand-ins for packages', needs: ['rehearsal'], packages: { apt: 'dpkg', dnf: 'dpkg' } },
  { id: 'rpmbuild', anyOf: ['rpmbuild'], purpose: 'makes stand-ins for packages', needs: ['rehearsal'], packages: RPM },
  { id: 'rpmsign', anyOf: ['rpmsign'], purpose: 'signs stand-ins for packages', needs: ['rehearsal'], packages: RPM },
  { id: 'createrepo_c', anyOf: ['createrepo_c'], purpose: 'makes the index of a repository', needs: ['rehearsal'], packages: CREATEREPO },
  { id: 'modifyrepo_c', anyOf: ['modifyrepo_c'], purpose: 'puts module streams into an index', needs: ['rehearsal'], packages: CREATEREPO },
];
