import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import type { CheckDeclaration } from '../../scripts/model/check.ts';
import type { Event } from '../../scripts/model/event.ts';
import type { Firmware } from '../../scripts/model/distro.ts';
import type { VerificationReport } from '../../scripts/model/verification-report.ts';
import { verify, type VerifyRequest } from '../../scripts/pipelines/verify.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleComponent, sampleDistro, sampleSpec } from '../support/sample-spec.ts';
import { leftoversBelow } from './support/leftovers.ts';
import { PROJECT_DIR, STORE_DIR } from './support/ingot.ts';

const dir = mkdtempSync(join(tmpdir(), 'ingot-boot-verify-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const always = ['first-boot', 'after-reboot'] as const;
const ssh = 'ssh $SSH_OPTIONS -p "$SSH_PORT" -l "$LOGIN_USER"';
const CHECKS: readonly CheckDeclaration[] = [
  sampleCheck('base.os', { sealed: { run: 'cut -c1-3 "$ROOT/etc/os-release" | head -1', expect: { matches: '...' } } }),
  sampleCheck('base.root', { guest: { run: 'id -un', expect: { equals: 'root' }, phases: always } }),
  sampleCheck('base.grown', { guest: { run: 'df --output=size -BG / | tr -dc 0-9', expect: { atLeast: 18 }, phases: always } }),
  sampleCheck('base.must-fail', { guest: { run: 'echo here', expect: { equals: 'there' }, phases: ['first-boot'] } }),
  sampleCheck('base.login', { outside: { run: `${ssh} -i "$SSH_KEY" "$GUEST_HOST" true`, expect: { exit: 0 } } }),
  sampleCheck('base.no-password', { outside: { run: `${ssh} -o PubkeyAuthentication=no "$GUEST_HOST" true`, expect: { exit: 255 } } }),
  sampleCheck('base.ssh-open', { outside: { run: 'echo "$OPEN_PORTS"', expect: { matches: '(^| )22( |$)' } } }),
  sampleCheck('base.calm', { console: { forbid: 'Kernel panic|Oops:' } }),
];

/** A disk to boot: one that is given, or what the bake of this suite has published. */
function testDisk(): string {
  const given = process.env['INGOT_TEST_DISK'];
  if (given !== undefined) return given;
  const disks = findDisks(STORE_DIR);
  const newest = disks.toSorted((a, b) => statSync(b).mtimeMs - statSync(a).mtimeMs)[0];
  if (newest === undefined)
    throw new Error('There is no disk to boot: set INGOT_TEST_DISK=FILE.qcow2 (and INGOT_TEST_DISK_USER), or run the whole suite, which bakes one');
  return newest;
}

function findDisks(storeLocation: string): readonly string[] {
  try {
    return readdirSync(storeLocation, { recursive: true, encoding: 'utf8' })
      .filter((path) => path.endsWith('.qcow2'))
      .map((path) => join(storeLocation, path));
  } catch {
    return [];
  }
}

async function run({ firmware, ...request }: Partial<VerifyRequest> & { readonly firmware: Firmware }) {
  const interrupted = new AbortController();
  const host = localHost({ interrupted: interrupted.signal, projectDir: PROJECT_DIR, env: process.env });
  const distro = sampleDistro({ loginUser: process.env['INGOT_TEST_DISK_USER'] ?? 'debian', firmware: [firmware] });
  const spec = sampleSpec({ distro, components: [sampleComponent('base', { checks: CHECKS })] });
  const say = (event: Event): void => void process.stderr.write(`${JSON.stringify(event)}\n`);
  return verify(
    { host, say },
    { diskPath: testDisk(), spec, texts: new Map(), artifactDigest: null, accelerator: 'auto', workDir: join(dir, firmware), ...request },
  );
}

/** What verifying costs beyond booting: everything but the stages in which the guest only boots. */
function overheadShare({ stageTimes, bootSeconds }: VerificationReport): number {
  const mine = stageTimes.filter(({ name }) => ['inspect-disk', 'calibrate-host', 'sealed', 'scan-ports', 'outside', 'console', 'digest-disk'].includes(name));
  return mine.reduce((sum, { seconds }) => sum + seconds, 0) / (bootSeconds.firstBoot + bootSeconds.reboot);
}

describe('verification of a real disk', () => {
  test('boots it, asks, knocks, reboots, asks again; one wrong expectation is the only row that fails', async () => {
    const path = testDisk();
    const before = { modified: statSync(path).mtimeMs, size: statSync(path).size };
    const report = await run({ firmware: 'bios' });
    process.stderr.write(
      `${JSON.stringify({ boots: report.bootSeconds, slowness: report.slowness, overhead: overheadShare(report), times: report.stageTimes })}\n`,
    );
    expect(report.problem).toBeUndefined();
    expect(report.rows.filter(({ outcome }) => outcome !== 'pass').map(({ check, phase, found }) => [check, phase, found])).toEqual([
      ['base.must-fail', 'first-boot', 'here'],
    ]);
    expect(report).toMatchObject({ verdict: 'fail', missing: [], counts: { checks: 8, declaredRows: 10, pass: 9, fail: 1 } });
    expect(report.digestAfter).toBe(report.digestBefore);
    expect({ modified: statSync(path).mtimeMs, size: statSync(path).size }).toEqual(before);
    expect(readFileSync(join(report.failureKit ?? '', 'journal.txt'), 'utf8')).toContain('systemd');
    expect(readdirSync(join(dir, 'bios'))).toEqual(['failure-kit']);
    expect(await leftoversBelow(dir)).toEqual([]);
  });

  test('boots it with UEFI as well', async () => {
    const report = await run({ firmware: 'uefi', only: 'base.login' });
    expect(report.problem).toBeUndefined();
    expect(report).toMatchObject({ verdict: 'pass', partial: true, missing: [] });
    expect(await leftoversBelow(dir)).toEqual([]);
  });
});
