import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Host } from '../../scripts/host/host.ts';
import type { CheckRow } from '../../scripts/model/check.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';
import { declaredRows } from '../../scripts/checks/declared-rows.ts';
import type { BakeRequest } from '../../scripts/pipelines/bake.ts';
import type { VerifyRequest } from '../../scripts/pipelines/verify.ts';
import { project, type ProjectFile } from '../config/project.ts';
import { fakeDisks, PROJECT_DIR, unflushed } from '../support/fake-disks.ts';
import { fakeHost, type Answer, type FakeHost } from '../support/fake-host.ts';
import { digestText } from '../store/fixtures.ts';

/** Index of the packages of the little project's distro. */
const INDEX = `Codename: tinny\nSHA256:\n ${'a'.repeat(64)} 1000 main/binary-amd64/Packages.xz\n`;
const PROGRAM_VERSION = /^\/\S+ (--version|-version|-V|version)$/;

const OURS: Readonly<Record<string, ProjectFile>> = Object.fromEntries(
  [
    ...['templates/packer', 'templates/cloud-init'].flatMap((room) => readdirSync(join(PROJECT_DIR, room)).map((name) => `${room}/${name}`)),
    ...['packer/native-layer.sh', 'packer/check-disk.sh', 'packer/bootstrap-disk.sh'],
  ].map((path) => [path, readFileSync(join(PROJECT_DIR, path), 'utf8')]),
);

/** A host that has every program and enough of everything, with the little project on it; its disks are lines of text. */
export function bakingHost(files: Readonly<Record<string, ProjectFile>> = {}, answers: readonly Answer[] = []): FakeHost {
  const own = project({ ...OURS, ...files }, { pid: process.pid });
  const fake = fakeHost([
    ...fakeDisks(answers),
    { command: /apt-helper .*download-file/, effect: (argv) => writeFileSync(argv.at(-1) ?? '', INDEX) },
    { command: 'gpgv', effect: (argv) => copyFileSync(argv.at(-1) ?? '', argv[argv.indexOf('--output') + 1] ?? '') },
    { command: PROGRAM_VERSION, stdout: 'version 9.9.9' },
  ]);
  return { ...own, run: fake.run, commands: fake.commands, files: withEverything(own) };
}

function withEverything({ files, dir }: FakeHost): Host['files'] {
  const isProgram = (path: string): boolean => /^\/(usr|s?bin|lib|dev)\//.test(path) && path !== '/dev/kvm';
  return {
    ...unflushed(files),
    exists: (path) => (path.startsWith(dir) ? files.exists(path) : Promise.resolve(isProgram(path))),
    freeBytes: () => Promise.resolve(100 * 2 ** 30),
  };
}

export function requestOf({ dir }: FakeHost, changes: Partial<BakeRequest> = {}): BakeRequest {
  return {
    ...{ distro: 'tin', driver: 'auto', accel: 'tcg', fresh: false, explain: false, dryRun: false, keepFailed: false, publish: true, yes: false },
    ...{ buildDir: join(dir, 'build'), cacheDir: join(dir, 'build/cache'), storeLocation: join(dir, 'published') },
    ...changes,
  };
}

/** What a verification would report of a disk; `failing` names a check that does not pass. */
export function verified({ diskPath, spec, artifactDigest }: VerifyRequest, failing?: string): VerificationReport {
  const sha256 = digestText(readFileSync(diskPath, 'utf8'));
  const rows = declaredRows(spec).map(({ declaration: { id, component, title, hint }, phase }): CheckRow => ({
    ...{ check: id, phase, subject: component, property: title, hint, expected: 'e', found: 'f', outcome: id === failing ? 'fail' : 'pass' },
  }));
  const fail = rows.filter(({ outcome }) => outcome === 'fail').length;
  return {
    ...{ kind: 'VerificationReport', schemaVersion: 1, parent: artifactDigest, imageId: spec.imageId, distro: spec.distro.id, role: spec.role },
    ...{ digestBefore: sha256, digestAfter: sha256, verdict: fail === 0 ? 'pass' : 'fail', missing: [], phases: ['first-boot'], partial: false, rows },
    counts: { checks: new Set(rows.map(({ check }) => check)).size, declaredRows: rows.length, pass: rows.length - fail, fail, skip: 0, unknown: 0 },
    ...{ accelerator: 'tcg', slowness: 1, bootSeconds: { firstBoot: 80, reboot: 60 }, stageTimes: [], verifiedAt: '2026-11-22T00:00:00.000Z' },
  };
}
