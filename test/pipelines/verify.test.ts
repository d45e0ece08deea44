import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { localHost } from '../../scripts/host/local-host.ts';
import type { Mute } from '../../scripts/model/mute.ts';
import type { CheckDeclaration } from '../../scripts/model/check.ts';
import type { Checklist } from '../../scripts/model/checklist.ts';
import type { Event } from '../../scripts/model/event.ts';
import { verify, type VerifyRequest } from '../../scripts/pipelines/verify.ts';
import { needTool } from '../support/need-tool.ts';
import { sampleCheck } from '../support/sample-check.ts';
import { sampleComponent, sampleDistro, sampleSpec } from '../support/sample-spec.ts';

const programs = join(import.meta.dirname, '../support/fake-programs');
const projectDir = join(import.meta.dirname, '../..');
const disks = mkdtempSync(join(tmpdir(), 'ingot-verify-disks-'));
const diskPath = join(disks, 'disk.qcow2');
let dir = '';

beforeAll(() => {
  for (const tool of ['qemu-img', 'xorriso']) needTool(tool);
  needTool('ssh-keygen', ['-?']);
  const raw = join(disks, 'disk.raw');
  writeFileSync(raw, '');
  truncateSync(raw, 32 * 2 ** 20);
  execFileSync('sfdisk', ['-q', raw], { input: 'label: gpt\ntype=L\n' });
  execFileSync('qemu-img', ['convert', '-O', 'qcow2', raw, diskPath]);
});

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'ingot-verify-'));
  const bin = join(dir, 'bin');
  mkdirSync(bin);
  const program = (name: string, text: string): void => writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 });
  program('qemu-system-x86_64', `exec '${projectDir}/node_modules/.bin/node' '${programs}/qemu.ts' "$@"`);
  program('ssh', `exec bash '${programs}/ssh.sh' "$@"`);
  program('cloud-init', 'echo "status: done"');
  program('systemctl', 'echo running');
  vi.stubEnv('PATH', `${bin}:${process.env['PATH'] ?? ''}`);
  vi.stubEnv('FAKE_DIR', dir);
});
afterEach(() => vi.unstubAllEnvs());

const always = ['first-boot', 'after-reboot'] as const;
const CHECKS: readonly CheckDeclaration[] = [
  sampleCheck('base.role', { guest: { run: 'echo "$INGOT_ROLE"', expect: { equals: 'web' }, phases: always } }),
  sampleCheck('base.ports', { outside: { run: 'echo "$OPEN_PORTS"', expect: { equals: '22 443' } } }),
  sampleCheck('base.calm', { console: { forbid: 'Kernel panic' } }),
];

const CHECKLIST = {
  ...{ id: 'list', title: 'List' },
  items: [
    { item: 'It has its role', checks: ['base.role'], show: { role: 'base.role' } },
    { item: 'It is calm', checks: ['base.calm'], show: {} },
    { item: 'It has a database', checks: ['database.*'], show: {} },
  ],
};

interface Scene {
  readonly checklist?: Checklist;
  readonly mutes?: readonly Mute[];
  readonly boot?: 'well' | 'panics' | 'panics later' | 'dies' | 'hangs';
  readonly checks?: readonly CheckDeclaration[];
  readonly request?: Partial<VerifyRequest>;
  readonly interrupted?: AbortController;
  readonly onEvent?: (event: Event) => void;
}

async function run({ boot = 'well', checks = CHECKS, request = {}, interrupted = new AbortController(), checklist, mutes = [], onEvent }: Scene) {
  writeFileSync(join(dir, 'plan.json'), JSON.stringify({ boot, open: [443, 22] }));
  const host = localHost({ interrupted: interrupted.signal, projectDir, env: process.env });
  const events: Event[] = [];
  const spec = sampleSpec({
    distro: sampleDistro({ mutes }),
    components: [sampleComponent('base', { checks })],
    ...(checklist === undefined ? {} : { checklist }),
  });
  const workDir = join(dir, 'work');
  const say = (event: Event): void => {
    events.push(event);
    onEvent?.(event);
  };
  const said = { host, say };
  const report = await verify(said, { diskPath, spec, texts: new Map(), artifactDigest: 'parent', accelerator: 'tcg', workDir, ...request });
  return { report, events, left: readdirSync(workDir) };
}

const sha256 = (): string => createHash('sha256').update(readFileSync(diskPath)).digest('hex');
const qemuRuns = (): boolean => existsSync(`/proc/${readFileSync(join(dir, 'pid'), 'utf8')}`);

describe('verify', () => {
  describe('a check that is muted', () => {
    const mute = { check: 'base.role', reason: 'its role is not settled', see: 'https://bugs.example/1', until: '9999-12-31' };
    const checks = [sampleCheck('base.role', { guest: { run: 'echo other', expect: { equals: 'web' }, phases: ['first-boot'] } }), ...CHECKS.slice(1)];

    test('does not stand in the way, and does not pass', async () => {
      const { report } = await run({ checks, mutes: [mute] });
      expect(report).toMatchObject({ verdict: 'pass', counts: { declaredRows: 3, pass: 2, skip: 1 } });
      expect(report.rows[0]).toMatchObject({ check: 'base.role', outcome: 'skip', found: 'other', muted: mute });
    });

    test('counts again after its last day', async () => {
      const { report } = await run({ checks, mutes: [{ ...mute, until: '2026-01-01' }] });
      expect(report).toMatchObject({ verdict: 'fail', counts: { fail: 1, skip: 0 } });
    });
  });

  test('a disk that does all it should passes, row by row, and is as it was', async () => {
    const before = { digest: sha256(), modified: statSync(diskPath).mtimeMs };
    const { report, left } = await run({});
    expect(report.rows.map(({ check, phase, found, outcome }) => [check, phase, found, outcome])).toEqual([
      ['base.role', 'first-boot', 'web', 'pass'],
      ['base.ports', 'outside', '22 443', 'pass'],
      ['base.role', 'after-reboot', 'web', 'pass'],
      ['base.calm', 'console', 'none in 2 lines', 'pass'],
    ]);
    expect(report).toMatchObject({
      ...{
        kind: 'VerificationReport',
        schemaVersion: 1,
        parent: 'parent',
        imageId: 'shop-web-testian-1',
        role: 'web',
        verdict: 'pass',
        missing: [],
        partial: false,
      },
      ...{ digestBefore: before.digest, digestAfter: before.digest, accelerator: 'tcg' },
      counts: { checks: 3, declaredRows: 4, pass: 4, fail: 0, skip: 0, unknown: 0 },
      phases: ['first-boot', 'outside', 'after-reboot', 'console'],
    });
    expect(report.totalSeconds).toBeGreaterThan(report.bootSeconds.firstBoot + report.bootSeconds.reboot);
    expect(report.failureKit).toBeUndefined();
    expect(report.checklist).toBeUndefined();
    expect(report.problem).toBeUndefined();
    expect(sha256()).toBe(before.digest);
    expect(statSync(diskPath).mtimeMs).toBe(before.modified);
    expect(left).toEqual([]);
    expect(qemuRuns()).toBe(false);
  });

  test('says how long each stage took', async () => {
    const { report } = await run({});
    const names = [
      'inspect-disk',
      'calibrate-host',
      'sealed',
      'boot-vm',
      'wait-for-ssh',
      'scan-ports',
      'first-boot',
      'outside',
      'reboot-vm',
      'after-reboot',
      'shut-down-vm',
      'console',
      'digest-disk',
    ];
    expect(report.stageTimes.map(({ name }) => name)).toEqual(names);
  });

  test('the image’s checklist is read off the rows', async () => {
    const { report } = await run({ checklist: CHECKLIST });
    expect(report.checklist?.lines.map(({ state, evidence }) => [state, evidence])).toEqual([
      ['done', 'role web; 1 of 1 check: base.role'],
      ['done', '1 of 1 check: base.calm'],
      ['not-applicable', 'not part of this role'],
    ]);
  });

  test('a guest that is lost leaves lines of its checklist failed', async () => {
    const { report } = await run({ checklist: CHECKLIST, boot: 'dies' });
    expect(report.checklist?.lines.map(({ state }) => state)).toEqual(['failed', 'done', 'not-applicable']);
  });

  test('a partial report has no checklist', async () => {
    const { report } = await run({ checklist: CHECKLIST, request: { only: 'base.p*' } });
    expect(report.checklist).toBeUndefined();
  });

  test('the guest runs on an overlay that is larger than the disk, on a network of its own', async () => {
    await run({});
    const argv = readFileSync(join(dir, 'argv'), 'utf8');
    expect(argv).toContain('/overlay.qcow2,if=none,id=disk,format=qcow2,cache=unsafe');
    expect(argv).toContain('restrict=on');
    expect(argv).not.toContain(diskPath);
  });

  test('one check that fails fails the whole, is named alone, and leaves a kit', async () => {
    const wrong = sampleCheck('base.wrong', { guest: { run: 'echo no', expect: { equals: 'yes' }, phases: ['first-boot'] } });
    const { report, left } = await run({ checks: [...CHECKS, wrong] });
    expect(report.verdict).toBe('fail');
    expect(report.rows.filter(({ outcome }) => outcome !== 'pass').map(({ check }) => check)).toEqual(['base.wrong']);
    expect(left).toEqual(['failure-kit']);
    expect(readdirSync(report.failureKit ?? '')).toEqual(
      expect.arrayContaining(['README.md', 'boot-and-login.sh', 'console.txt', 'failed-rows.json', 'failed-units.txt', 'key']),
    );
  });

  test('the overlay is kept when asked', async () => {
    const wrong = sampleCheck('base.wrong', { outside: { run: 'false', expect: { exit: 0 } } });
    const { report } = await run({ checks: [wrong], request: { keep: true } });
    expect(readdirSync(report.failureKit ?? '')).toContain('overlay.qcow2');
  });

  test.each([
    ['panics', "The guest's kernel panicked"],
    ['dies', 'The VM was ended by SIGSEGV'],
  ] as const)('a guest that %s is a report, with all that was not reached unknown', async (boot, problem) => {
    const { report, left } = await run({ boot });
    expect(report).toMatchObject({ verdict: 'fail', problem, missing: [], counts: { declaredRows: 4, unknown: 3 } });
    expect(report.rows.filter(({ outcome }) => outcome === 'unknown').map(({ found }) => found)).toEqual(Array(3).fill(`not reached: ${problem}`));
    expect(report.rows.find(({ phase }) => phase === 'console')?.outcome).toBe(boot === 'panics' ? 'fail' : 'pass');
    expect(left).toEqual(['failure-kit']);
    expect(readFileSync(join(report.failureKit ?? '', 'README.md'), 'utf8')).toContain(problem);
    expect(qemuRuns()).toBe(false);
  });

  test('a guest that does not come back from its reboot is a report of what it said before; nothing of it runs on while its console is read', async () => {
    const running: boolean[] = [];
    const { report } = await run({
      boot: 'panics later',
      onEvent: (event) => void (event.type === 'started' && event.stage === 'console' && running.push(qemuRuns())),
    });
    expect(report).toMatchObject({ verdict: 'fail', problem: "The guest's kernel panicked", counts: { declaredRows: 4, pass: 2, fail: 1, unknown: 1 } });
    expect(running).toEqual([false]);
  });

  test('an interruption leaves no VM and no file', async () => {
    const interrupted = new AbortController();
    const running = run({ boot: 'hangs', interrupted });
    await vi.waitFor(() => readFileSync(join(dir, 'pid')), 30_000);
    interrupted.abort();
    await expect(running).rejects.toMatchObject({ code: 'INTERRUPTED' });
    expect(qemuRuns()).toBe(false);
    expect(readdirSync(join(dir, 'work'))).toEqual([]);
  });

  test('--only leaves checks out, and the report says so', async () => {
    const { report } = await run({ request: { only: 'base.p*' } });
    expect(report).toMatchObject({ verdict: 'pass', partial: true, counts: { checks: 1, declaredRows: 1 } });
    expect(report.stageTimes.map(({ name }) => name)).not.toContain('reboot-vm');
  });

  test('--only that matches nothing is a mistake of the caller', async () => {
    await expect(run({ request: { only: 'bsae.*' } })).rejects.toMatchObject({ code: 'USAGE', what: expect.stringContaining('bsae.*') as string });
  });

  test('an image without checks proves nothing', async () => {
    await expect(run({ checks: [] })).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
  });

  test('what is no disk is refused before anything boots', async () => {
    const path = join(dir, 'text.qcow2');
    writeFileSync(path, 'not a disk');
    await expect(run({ request: { diskPath: path } })).rejects.toMatchObject({ code: 'BASE_INVALID' });
    expect(existsSync(join(dir, 'pid'))).toBe(false);
    expect(readdirSync(join(dir, 'work'))).toEqual([]);
  });

  test('a disk that changed under its test fails, whatever the rows say', async () => {
    const copy = join(dir, 'copy.qcow2');
    writeFileSync(copy, readFileSync(diskPath));
    const meddler = sampleCheck('base.meddler', { outside: { run: `printf x >>'${copy}'`, expect: { exit: 0 } } });
    const { report } = await run({ checks: [meddler], request: { diskPath: copy } });
    expect(report.counts).toMatchObject({ pass: 1, declaredRows: 1 });
    expect(report.digestAfter).not.toBe(report.digestBefore);
    expect(report.verdict).toBe('fail');
  });

  test('a failure that is not the guest’s is an error, not a report', async () => {
    writeFileSync(join(dir, 'bin', 'xorriso'), '#!/bin/sh\nexit 32\n', { mode: 0o755 });
    await expect(run({})).rejects.toMatchObject({ code: 'TOOL_FAILED', what: 'xorriso exited with 32' });
  });
});
