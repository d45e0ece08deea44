import type { HostRequirement } from './host-requirement.ts';

/** What only Ingot's own tests call: `npm test` installs it, no bake asks for it. */
export const TEST_REQUIREMENTS: readonly HostRequirement[] = [
  {
    id: 'xmllint',
    anyOf: ['xmllint'],
    purpose: 'reads every XML that is written, in the tests',
    needs: ['tests'],
    packages: { apt: 'libxml2-utils', dnf: 'libxml2' },
  },
  {
    id: 'virt-xml-validate',
    anyOf: ['virt-xml-validate'],
    purpose: 'checks what is written for libvirt, in the tests',
    needs: ['tests'],
    packages: { apt: 'libvirt-clients', dnf: 'libvirt-client' },
  },
  {
    id: 'skopeo',
    anyOf: ['skopeo'],
    purpose: 'reads images as those who pull them, in the tests',
    needs: ['tests'],
    packages: { apt: 'skopeo', dnf: 'skopeo' },
  },
  {
    id: 'chromium',
    anyOf: ['chromium', 'chromium-browser'],
    purpose: 'shows pages as their readers see them, in the tests',
    needs: ['tests'],
    packages: { apt: 'chromium', dnf: 'chromium' },
  },
  {
    id: 'shellcheck',
    anyOf: ['shellcheck'],
    purpose: 'reads every shell script for faults, in the tests',
    needs: ['tests'],
    packages: { apt: 'shellcheck', dnf: 'ShellCheck' },
  },
  { id: 'shfmt', anyOf: ['shfmt'], purpose: 'holds every shell script to one form, in the tests', needs: ['tests'], packages: { apt: 'shfmt', dnf: 'shfmt' } },
  {
    id: 'gpg-agent',
    anyOf: ['gpg-agent'],
    purpose: 'signs as a vendor does, in the tests',
    needs: ['tests', 'rehearsal'],
    packages: { apt: 'gnupg', dnf: 'gnupg2' },
  },
  { id: 'openssl', anyOf: ['openssl'], purpose: 'makes certificates, in the tests', needs: ['tests'], packages: { apt: 'openssl', dnf: 'openssl' } },
  {
    id: 'jsonschema for Python',
    anyOf: pythonModule('jsonschema'),
    purpose: 'checks instance data as a guest does, in the tests',
    needs: ['tests'],
    packages: { apt: 'python3-jsonschema', dnf: 'python3-jsonschema' },
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
    anyOf: Array.from({ length: 9 }, (_, at) => `/usr/lib/python3.${at + 6}/ensurepip`),
    purpose: 'brings the toolchain that the S3 server of the tests is built with',
    needs: ['tests'],
    packages: { apt: 'python3-venv', dnf: 'python3' },
  },
];

/** Where the host's own Python finds a module: Debian's folder has no version in its name, the others' have. */
function pythonModule(name: string): readonly string[] {
  const versions = Array.from({ length: 9 }, (_, at) => `3.${at + 6}`);
  return [
    `/usr/lib/python3/dist-packages/${name}`,
    ...versions.flatMap((version) => [`/usr/lib/python${version}/site-packages/${name}`, `/usr/lib64/python${version}/site-packages/${name}`]),
  ];
}
