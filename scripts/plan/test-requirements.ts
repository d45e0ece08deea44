import { both, named, type HostRequirement } from './host-requirement.ts';

/** Every Python that a host may have. */
const PYTHONS = Array.from({ length: 9 }, (_, at) => `3.${at + 6}`);

const LIBYAL = 'build the tools of github.com/libyal, or run these tests on Debian or Ubuntu';

/** What only Ingot's own tests call: `npm test` installs it, no bake asks for it. */
export const TEST_REQUIREMENTS: readonly HostRequirement[] = [
  named('xmllint', { purpose: 'reads every XML that is written, in the tests', needs: ['tests'], packages: { apt: 'libxml2-utils', dnf: 'libxml2' } }),
  named('virt-xml-validate', {
    purpose: 'checks what is written for libvirt, in the tests',
    needs: ['tests'],
    packages: { apt: 'libvirt-clients', dnf: 'libvirt-client' },
  }),
  named('skopeo', {
    purpose: 'reads images as those who pull them, in the tests',
    needs: ['tests'],
    packages: both('skopeo'),
  }),
  {
    id: 'chromium',
    anyOf: ['chromium', 'chromium-browser'],
    purpose: 'shows pages as their readers see them, in the tests',
    needs: ['tests'],
    packages: both('chromium'),
  },
  named('vmdkmount', { purpose: 'reads VMDKs that are exported, in the tests', needs: ['tests'], packages: { apt: 'libvmdk-utils' }, otherwise: LIBYAL }),
  named('vhdimount', { purpose: 'reads VHDs that are exported, in the tests', needs: ['tests'], packages: { apt: 'libvhdi-utils' }, otherwise: LIBYAL }),
  named('qcowmount', { purpose: 'reads qcow2s that are exported, in the tests', needs: ['tests'], packages: { apt: 'libqcow-utils' }, otherwise: LIBYAL }),
  named('7zz', {
    purpose: 'reads every disk that is exported, in the tests',
    needs: ['tests'],
    packages: { apt: '7zip' },
    otherwise: 'install 7-Zip 24 or later',
  }),
  named('mkfs.xfs', { purpose: 'makes XFS disks, in the tests', needs: ['tests'], packages: both('xfsprogs') }),
  named('shellcheck', { purpose: 'reads every shell script for faults, in the tests', needs: ['tests'], packages: { apt: 'shellcheck', dnf: 'ShellCheck' } }),
  named('shfmt', { purpose: 'holds every shell script to one form, in the tests', needs: ['tests'], packages: both('shfmt') }),
  named('gpg-agent', { purpose: 'signs as a vendor does, in the tests', needs: ['tests', 'rehearsal'], packages: { apt: 'gnupg', dnf: 'gnupg2' } }),
  named('openssl', { purpose: 'makes certificates, in the tests', needs: ['tests'], packages: both('openssl') }),
  {
    id: 'jsonschema for Python',
    anyOf: pythonModule('jsonschema'),
    purpose: 'checks instance data as a guest does, in the tests',
    needs: ['tests'],
    packages: both('python3-jsonschema'),
  },
  {
    id: 'yaml for Python',
    anyOf: pythonModule('yaml'),
    purpose: 'reads instance data as a guest does, in the tests',
    needs: ['tests'],
    packages: { apt: 'python3-yaml', dnf: 'python3-pyyaml' },
  },
  {
    id: 'venv for Python',
    anyOf: PYTHONS.map((version) => `/usr/lib/python${version}/ensurepip`),
    purpose: 'brings the toolchain that the servers of the tests are built with',
    needs: ['tests'],
    packages: { apt: 'python3-venv', dnf: 'python3' },
  },
];

/** Where the host's own Python finds a module: Debian's folder has no version in its name, the others' have. */
function pythonModule(name: string): readonly string[] {
  return [
    `/usr/lib/python3/dist-packages/${name}`,
    ...PYTHONS.flatMap((version) => [`/usr/lib/python${version}/site-packages/${name}`, `/usr/lib64/python${version}/site-packages/${name}`]),
  ];
}
