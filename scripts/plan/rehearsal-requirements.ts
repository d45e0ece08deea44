import { both, named, type HostRequirement } from './host-requirement.ts';

const RPM = { apt: 'rpm', dnf: 'rpm-build' };
const CREATEREPO = { apt: 'createrepo-c', dnf: 'createrepo_c' };

/** What makes the repositories of a rehearsal: both families' on any host. */
export const REHEARSAL_REQUIREMENTS: readonly HostRequirement[] = [
  named('dpkg-deb', { purpose: 'makes stand-ins for packages', needs: ['rehearsal'], packages: both('dpkg') }),
  named('rpmbuild', { purpose: 'makes stand-ins for packages', needs: ['rehearsal'], packages: RPM }),
  named('rpmsign', { purpose: 'signs stand-ins for packages', needs: ['rehearsal'], packages: RPM }),
  named('createrepo_c', { purpose: 'makes the index of a repository', needs: ['rehearsal'], packages: CREATEREPO }),
  named('modifyrepo_c', { purpose: 'puts module streams into an index', needs: ['rehearsal'], packages: CREATEREPO }),
];
