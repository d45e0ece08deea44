import { execa } from 'execa';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createHash } from 'node:crypto';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';
import { quoteSh } from '../../scripts/render/quoting.ts';
import { ingot, ingotJson, PROJECT_DIR, STORE_DIR } from './support/ingot.ts';
import { leftoversBelow } from './support/leftovers.ts';
import { onDisk } from './support/on-disk.ts';

/** The host's own lists of packages, by name. */
function hostLists(): readonly string[] {
  return readdirSync('/var/lib/apt/lists').filter((name) => /_(InRelease|Release|Packages)/.test(name));
}

/** The evidence, in its order: each test stands on what the one before has left. */
describe('from YAML to a published, proven image', () => {
  let dir: string;
  let outcome: BakeOutcome;

  beforeAll(async () => {
    await rm(STORE_DIR, { recursive: true, force: true });
    dir = await mkdtemp(join(tmpdir(), 'ingot-boot-'));
    if (hostLists().length === 0) await execa('apt-get', ['update']);
  });

  afterAll(async () => {
    await rm(dir, { recursive: true, force: true });
  });

  test('bakes, verifies and publishes Debian standalone', async () => {
    const lists = hostLists();
    outcome = await ingotJson<BakeOutcome>('bake', ['--distro', 'debian', '--yes', '--store', STORE_DIR]);
    expect(outcome).toMatchObject({ kind: 'BakeOutcome', status: 'published', imageId: 'aikovrr-standalone-debian-12' });
    expect(hostLists(), 'a bake has to leave the package manager of its host alone').toEqual(expect.arrayContaining([...lists]));
    expect(outcome.reference).toMatch(/^aikovrr-standalone-debian-12@\d{4}\.\d{2}\.\d{2}-\d+$/);
    const { counts, verdict, missing, digestAfter, checklist } = outcome.report as VerificationReport;
    expect({ verdict, missing }).toEqual({ verdict: 'pass', missing: [] });
    expect(counts.checks).toBeGreaterThanOrEqual(60);
    expect(checklist?.lines).toHaveLength(14);
    expect(checklist?.lines.filter(({ state }) => state === 'failed' || state === 'not-applicable')).toEqual([]);
    expect(counts.pass).toBe(counts.declaredRows);
    expect(digestAfter).toBe(outcome.release?.disk.sha256);
    expect(await leftoversBelow(join(PROJECT_DIR, 'build/runs'))).toEqual([]);
  });

  test('what is published is whole, and its sums are those of the files', async () => {
    const release = releaseDir(outcome);
    await execa('sha256sum', ['--check', '--strict', '--quiet', 'SHA256SUMS'], { cwd: release });
    const { stdout } = await execa('qemu-img', ['info', '--output=json', join(release, 'disk.qcow2')]);
    const info = JSON.parse(stdout) as Record<string, unknown>;
    expect(info['virtual-size']).toBe(20 * 2 ** 30);
    expect(info['backing-filename']).toBeUndefined();
    expect(JSON.stringify(info['format-specific'])).toContain('zstd');
    await execa('qemu-img', ['check', join(release, 'disk.qcow2')]);
  });

  test('images lists it', async () => {
    const { stdout, exitCode } = await ingot('images', ['--store', STORE_DIR]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('aikovrr-standalone-debian-12');
  });

  test('the same bake again has nothing to do', async () => {
    const again = await ingotJson<BakeOutcome>('bake', ['--distro', 'debian', '--yes', '--store', STORE_DIR]);
    expect(again).toMatchObject({ status: 'nothing-to-do', reference: outcome.reference });
  });

  test('after one character in an nginx file only configure and sealed are baked, and --explain names the file', async () => {
    const file = 'packer/components/nginx/files/etc/nginx/nginx.conf.hbs';
    const path = join(PROJECT_DIR, file);
    const before = readFileSync(path, 'utf8');
    await writeFile(path, `${before}#\n`);
    try {
      const explained = await ingotJson<BakeOutcome>('bake', ['--distro', 'debian', '--yes', '--store', STORE_DIR, '--explain']);
      expect(explained.layers.filter(({ action }) => action === 'baked').map(({ name }) => name)).toEqual(['configure', 'sealed']);
      expect(explained.layers.find(({ name }) => name === 'configure')?.why.join('\n')).toContain(file);
    } finally {
      await writeFile(path, before);
    }
  });

  test('a planted PermitRootLogin is found, named alone, and the copy is not written to', async () => {
    const copy = join(dir, 'copy.qcow2');
    await plant(join(releaseDir(outcome), 'disk.qcow2'), copy, "echo 'PermitRootLogin yes' >> /etc/ssh/sshd_config");
    const before = sha256(copy);
    const reportPath = join(dir, 'r.json');
    const { exitCode, stdout } = await ingot('verify', [copy, '--distro', 'debian', '--role', 'standalone', '--json-file', reportPath]);
    expect(exitCode).toBe(5);
    const report = JSON.parse(readFileSync(reportPath, 'utf8')) as VerificationReport;
    expect([...new Set(report.rows.filter((row) => row.outcome !== 'pass').map((row) => row.check))]).toEqual(['ssh-hardening.root-login']);
    expect(stdout).toContain('ssh-hardening.root-login');
    expect(readFileSync(join(report.failureKit ?? '', 'journal.txt'), 'utf8')).toContain('systemd');
    expect(sha256(copy)).toBe(before);
    expect(await leftoversBelow(dir)).toEqual([]);
  });
});

function releaseDir(outcome: BakeOutcome): string {
  return join(STORE_DIR, outcome.imageId, outcome.release?.version ?? '');
}

function sha256(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}

/** Changes a copy of a disk offline, as an attacker or a careless hand would. */
async function plant(from: string, to: string, command: string): Promise<void> {
  await cp(from, to);
  await onDisk(to, { access: 'change', script: `chroot root bash -c ${quoteSh(command)}` }, () => Promise.resolve());
}
