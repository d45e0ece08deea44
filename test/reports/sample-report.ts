import type { Artifact } from '../../scripts/model/artifact.ts';
import type { CheckRow } from '../../scripts/model/check.ts';
import type { ChecklistReport } from '../../scripts/model/checklist.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';

/** A row that passes, unless told otherwise. */
export function row(overrides: Partial<CheckRow> = {}): CheckRow {
  return {
    check: 'door.locked',
    phase: 'first-boot',
    subject: 'door',
    property: 'the door is locked',
    expected: 'exits 0',
    found: '0',
    outcome: 'pass',
    hint: 'look at the lock',
    ...overrides,
  };
}

/** A report whose counts follow from its rows. */
export function reportOf(rows: readonly CheckRow[], overrides: Partial<VerificationReport> = {}): VerificationReport {
  const many = (outcome: string): number => rows.filter((candidate) => candidate.outcome === outcome).length;
  const counts = {
    checks: new Set(rows.map(({ check }) => check)).size,
    declaredRows: rows.length,
    pass: many('pass'),
    fail: many('fail'),
    skip: many('skip'),
    unknown: many('unknown'),
  };
  return {
    kind: 'VerificationReport',
    schemaVersion: 1,
    parent: null,
    imageId: 'house-small-os-1',
    distro: 'os-1',
    role: 'small',
    digestBefore: 'a'.repeat(64),
    digestAfter: 'a'.repeat(64),
    verdict: counts.pass === rows.length ? 'pass' : 'fail',
    counts,
    missing: [],
    phases: [...new Set(rows.map(({ phase }) => phase))],
    partial: false,
    rows,
    accelerator: 'tcg',
    slowness: 4,
    bootSeconds: { firstBoot: 71.25, reboot: 60 },
    stageTimes: [{ name: 'boot', seconds: 130.5 }],
    verifiedAt: '2026-11-22T12:00:00.000Z',
    ...overrides,
  };
}

/** An artifact that goes with the report. */
export const ARTIFACT: Artifact = {
  kind: 'Artifact',
  schemaVersion: 1,
  parent: null,
  imageId: 'house-small-os-1',
  key: 'k'.repeat(64),
  distro: 'os-1',
  image: 'house',
  role: 'small',
  driver: 'native',
  diskPath: '/build/disk.qcow2',
  sha256: 'a'.repeat(64),
  sizeBytes: 640 * 2 ** 20,
  virtualSizeBytes: 20 * 2 ** 30,
  compression: 'zstd',
  packages: ['bash 5.2 amd64', 'zlib1g 1.2 amd64'],
  stageTimes: [{ name: 'packages', seconds: 42 }],
  bakedAt: '2026-11-22T11:00:00.000Z',
};

/** A checklist with one line of each state. */
export const CHECKLIST: ChecklistReport = {
  id: 'house',
  title: 'Before you leave',
  lines: [
    { item: 'Door locked', state: 'done', evidence: '1 of 1 check: door.locked', checks: ['door.locked'], troubles: [] },
    { item: 'Roof tight', state: 'failed', evidence: '0 of 1 check; not proven: roof.tight', checks: ['roof.tight'], troubles: ['roof.tight'] },
    { item: 'Key copied', state: 'operator', evidence: 'take it to a locksmith; 1 of 1 check: door.locked', checks: ['door.locked'], troubles: [] },
    { item: 'Cellar dry', state: 'not-applicable', evidence: 'not part of this role', checks: [], troubles: [] },
  ],
};

/** What a hostile or broken guest may print. */
export const HOSTILE = 'a\u001B[31m<script>alert(1)</script>&"\'\u0000\u0007\nsecond line \u202Eevil\uD800';
