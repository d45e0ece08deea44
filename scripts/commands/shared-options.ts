/** Options that mean the same in every verb: written once, so that their words do not drift apart. */
export const STORE = {
  kind: 'text',
  value: 'STORE',
  help: 'a folder, s3://bucket/prefix, oci://host/repository, or https://… to read from (default: published/)',
} as const;
export const CACHE = { kind: 'text', value: 'DIR', help: 'cache of bases, layers and packages (default: build/cache/)' } as const;
export const ACCEL = {
  kind: 'choice',
  choices: ['auto', 'kvm', 'tcg'],
  default: 'auto',
  help: 'hardware virtualisation, emulation, or what really works here',
} as const;
export const YES = { kind: 'flag', help: 'install what the host lacks without asking' } as const;
export const IMAGE = { kind: 'text', value: 'ID', help: 'image of config/images/ (default: the only one)' } as const;
export const ROLE = { kind: 'text', value: 'ROLE', help: 'role of the image (default: its default role)' } as const;
export const CANDIDATE = { kind: 'flag', help: 'publish for those who ask for @candidate: latest moves when it is promoted' } as const;
export const YANKED = { kind: 'flag', help: 'also a release that was taken back' } as const;
