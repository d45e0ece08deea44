import { describe, expect, test } from 'vitest';
import type { Need } from '../../scripts/model/host-report.ts';
import { hostProblems, hostReport, type Finding } from '../../scripts/plan/host-report.ts';
import { requirementsOf } from '../../scripts/plan/host-requirements.ts';
import { STATE } from './host-state.ts';

const NEEDS: readonly Need[] = ['bake', 'vm', 'boot'];
const all = (changed: readonly Finding[] = []): readonly Finding[] =>
  requirementsOf(NEEDS).map(({ id }) => changed.find((finding) => finding.id === id) ?? { id, path: `/usr/bin/${id}`, version: undefined });

test('a host with everything is ready and has nothing to install', () => {
  expect(hostReport({ needs: NEEDS }, all(), STATE)).toMatchObject({ ready: true, problems: [], installCommands: null, installLine: null });
});

describe('versions', () => {
  const statusOf = (version: string | undefined): string | undefined =>
    hostReport({ needs: NEEDS }, all([{ id: 'packer', path: '/usr/bin/packer', version }]), STATE).requirements.find(({ id }) => id === 'packer')?.status;

  test.each([
    ['1.6.6', 'present'],
    ['1.6.5', 'too-old'],
    ['1.16.0', 'present'],
    ['1.6', 'too-old'],
    ['2', 'present'],
    [undefined, 'present'],
  ])('packer %s is %s', (version, status) => expect(statusOf(version)).toBe(status));
});

describe('what is missing', () => {
  const missing = all([
    { id: 'ssh', path: undefined, version: undefined },
    { id: 'ssh-keygen', path: undefined, version: undefined },
    { id: 'packer', path: '/usr/bin/packer', version: '1.5.0' },
  ]);

  test('is installed with the exact commands, each package once', () => {
    const report = hostReport({ needs: NEEDS }, missing, STATE);
    expect(report.ready).toBe(false);
    expect(report.installLine).toBe(
      'env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 update && env DEBIAN_FRONTEND=noninteractive apt-get -o DPkg::Lock::Timeout=120 install -y --no-install-recommends openssh-client packer',
    );
    expect(hostProblems(report)).toEqual([
      'packer 1.5.0 is too old (runs the layers): package packer, 1.6.6 or newer',
      'ssh is missing (talks to the booted image): package openssh-client',
      'ssh-keygen is missing (makes keys, signs releases and checks their signatures): package openssh-client',
    ]);
  });

  test('goes through sudo where there is one, and is only named where there is none', () => {
    expect(hostReport({ needs: NEEDS }, missing, { ...STATE, isRoot: false, hasSudo: true }).installLine).toMatch(/^sudo env .* && sudo env /);
    expect(hostReport({ needs: NEEDS }, missing, { ...STATE, isRoot: false }).installLine).toBeNull();
    expect(hostReport({ needs: NEEDS }, missing, { ...STATE, packageManager: null }).installLine).toBeNull();
  });

  test('has the names of the host’s own package manager', () => {
    expect(hostReport({ needs: NEEDS }, missing, { ...STATE, packageManager: 'dnf' }).installCommands).toEqual([
      ['dnf', 'install', '-y', '--setopt=install_weak_deps=False', 'openssh-clients', 'packer'],
    ]);
  });
});

describe('problems that no package solves', () => {
  const problems = (needs: readonly Need[], state: Partial<typeof STATE>): readonly string[] =>
    hostReport({ needs }, [], { ...STATE, ...state }).problems.map(({ code, what }) => `${code}: ${what}`);

  test.each([
    [['bake'], { freeDiskMiB: 10 }, /^NO_SPACE: Only 10 MiB are free/],
    [['boot'], { availableMemoryMiB: 10 }, /^HOST_NOT_READY: Only 10 MiB of memory/],
    [['native'], { isRoot: false }, /root/],
    [['verify'], { isRoot: false }, /root/],
    [['native'], { arch: 'arm64' }, /x86_64/],
    [['boot'], { platform: 'darwin' }, /Linux/],
  ] as const)('%j with %j', (needs, state, expected) => {
    expect(problems(needs, state)).toHaveLength(1);
    expect(problems(needs, state)[0]).toMatch(expected);
    expect(hostReport({ needs }, [], { ...STATE, ...state }).ready).toBe(false);
  });

  test('concern only those whom they stop', () => {
    expect(problems(['boot'], { isRoot: false, freeDiskMiB: 10 })).toEqual([]);
    expect(problems(['vm'], { arch: 'arm64' })).toEqual([]);
  });
});
