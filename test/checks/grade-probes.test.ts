import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { diskGradeProbes } from '../../scripts/checks/grade-probes.ts';
import type { WantedGrade } from '../../scripts/model/grading.ts';

const SCAP: WantedGrade = { id: 'cis', title: 'CIS', grader: 'openscap', goal: 90, content: 'ssg-os-ds.xml', profile: 'level1' };
const probesOf = (wanted: readonly WantedGrade[]) => diskGradeProbes(wanted, { gradersDir: "/cache/it's here", facts: { webUnit: 'web' } });

/** Runs a probe with an oscap that answers with these exit statuses, one after the other. */
function run(statuses: readonly number[]): { readonly stdout: string; readonly tries: number } {
  const dir = mkdtempSync(join(tmpdir(), 'ingot-scap-'));
  const text = `#!/bin/sh\necho x >>'${dir}/tries'\nset -- ${statuses.join(' ')}\nshift $(($(wc -l <'${dir}/tries') - 1))\necho "$OSCAP_PROBE_ROOT answer"\nexit "$1"\n`;
  writeFileSync(join(dir, 'oscap'), text, { mode: 0o755 });
  const command = (probesOf([SCAP])[0]?.run ?? '').replaceAll('PATH=/usr/sbin:/usr/bin:/sbin:/bin', `PATH=${dir}:/usr/bin:/bin`);
  let stdout = '';
  try {
    stdout = execFileSync('bash', ['-uo', 'pipefail', '-c', command], {
      env: { ...process.env, ROOT: '/root-of-disk', INGOT_SCRATCH: dir },
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString();
  } catch {
    stdout = 'failed';
  }
  return {
    stdout,
    tries:
      execFileSync('cat', [join(dir, 'tries')])
        .toString()
        .split('\n').length - 1,
  };
}

describe('graders that read a disk', () => {
  test('each becomes a command, quoted; those that need a machine become none', () => {
    const unit: WantedGrade = { id: 'web', title: 'web', grader: 'exposure', goal: 2, unitFact: 'webUnit' };
    const probes = probesOf([SCAP, unit, { id: 'lynis', title: 'lynis', grader: 'lynis', goal: 90 }]);
    expect(probes.map(({ name }) => name)).toEqual(['cis', 'web']);
    expect(probes[0]?.run).toContain(`'/cache/it'\\''s here/usr/share/xml/scap/ssg/content/ssg-os-ds.xml'`);
    expect(probes[1]?.run).toContain("'web.service'");
    for (const probe of probes) expect(() => execFileSync('bash', ['-n', '-c', probe.run])).not.toThrow();
  });

  test('rules that fail are an answer', () => {
    expect(run([2])).toEqual({ stdout: '/root-of-disk answer\n', tries: 1 });
  });

  test('a run that broke is tried once more', () => {
    expect(run([1, 0])).toEqual({ stdout: '/root-of-disk answer\n', tries: 2 });
    expect(run([1, 139])).toEqual({ stdout: 'failed', tries: 2 });
  });

  test('two that run side by side in forks of one shell do not write over each other', () => {
    const dir = mkdtempSync(join(tmpdir(), 'ingot-scap-'));
    writeFileSync(join(dir, 'oscap'), '#!/bin/sh\nsleep 0.2\necho "$5"\n', { mode: 0o755 });
    const one = (profile: string): string =>
      (probesOf([{ ...SCAP, profile }])[0]?.run ?? '').replaceAll('PATH=/usr/sbin:/usr/bin:/sbin:/bin', `PATH=${dir}:/usr/bin:/bin`);
    const script = `(\n${one('first')}\n) >'${dir}/1' & (\n${one('second')}\n) >'${dir}/2' & wait; cat '${dir}/1' '${dir}/2'`;
    const stdout = execFileSync('bash', ['-uo', 'pipefail', '-c', script], { env: { ...process.env, ROOT: '/r', INGOT_SCRATCH: dir } }).toString();
    expect(stdout.split('\n')).toEqual(['xccdf_org.ssgproject.content_profile_first', 'xccdf_org.ssgproject.content_profile_second', '']);
  });
});
