import { chmodSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { bash, PROJECT, scratchDir } from './run-bash.ts';

const SCRIPT = join(PROJECT, 'packer/components/monitoring/files/usr/lib/ingot/metrics.d/programs.sh');

/** What the script prints where supervisorctl says this, comments aside. */
function metrics(said: string, status: number): readonly string[] {
  const dir = scratchDir();
  writeFileSync(join(dir, 'said'), said);
  writeFileSync(join(dir, 'supervisorctl'), `#!/bin/sh\ncat "${dir}/said"; exit ${status}\n`);
  chmodSync(join(dir, 'supervisorctl'), 0o755);
  const printed = bash(`"${SCRIPT}"`, { PATH: `${dir}:${process.env['PATH'] ?? ''}` }, dir);
  expect(printed).toMatchObject({ status: 0, stderr: '' });
  return printed.stdout
    .split('\n')
    .filter((line) => line !== '' && !line.startsWith('#'))
    .toSorted();
}

describe('metrics of supervisor’s programs', () => {
  test('all run', () => {
    expect(metrics('aikovrr-backend                  RUNNING   pid 812, uptime 0:01:02\n', 0)).toEqual([
      'ingot_program_running{program="aikovrr-backend"} 1',
      'ingot_programs_down 0',
    ]);
  });

  test.each(['STOPPED   Not started', 'STARTING', 'BACKOFF   Exited too quickly', 'EXITED    Nov 29 10:00 AM', 'FATAL     Exited too quickly', 'UNKNOWN'])(
    'one is %s',
    (state) => {
      expect(metrics(`mail    RUNNING   pid 1, uptime 1 day, 0:01:02\nsite:web   ${state}\n`, 3)).toEqual([
        'ingot_program_running{program="mail"} 1',
        'ingot_program_running{program="site:web"} 0',
        'ingot_programs_down 1',
      ]);
    },
  );

  test('none are there yet', () => {
    expect(metrics('', 0)).toEqual(['ingot_programs_down 0']);
  });

  test('a supervisor that does not answer is not one whose programs run', () => {
    expect(metrics('unix:///run/supervisor/supervisor.sock no such file\n', 4)).toEqual([]);
  });

  test('words that are no program are not counted', () => {
    expect(metrics('error: <class ConnectionRefusedError>, x\n', 0)).toEqual(['ingot_programs_down 0']);
  });
});
