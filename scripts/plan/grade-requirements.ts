import { both, named, type HostRequirement } from './host-requirement.ts';

/** What outside graders need of the host; the rest of them is unpacked beside it. */
export const GRADE_REQUIREMENTS: readonly HostRequirement[] = [
  named('oscap', { purpose: 'grades a disk by published profiles', needs: ['grade'], packages: both('openscap-scanner') }),
  named('nmap', { purpose: 'grades what a stranger is offered', needs: ['grade'], packages: both('nmap') }),
  { id: 'testssl', anyOf: ['testssl', 'testssl.sh'], purpose: 'grades TLS', needs: ['grade'], packages: { apt: 'testssl.sh', dnf: 'testssl' } },
  {
    id: 'apt-get and dpkg-deb',
    anyOf: ['dpkg-deb'],
    purpose: 'brings graders that are newer than the host',
    needs: ['grade'],
    packages: both('dpkg'),
    otherwise: 'grade on a Debian or Ubuntu host',
  },
];
