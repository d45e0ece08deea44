import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { loadGrades } from '../../scripts/config/load-grades.ts';
import type { Grader } from '../../scripts/model/grading.ts';
import { realProject } from '../support/real-project.ts';

const PAGE = readFileSync(join(import.meta.dirname, '../../docs/grades.md'), 'utf8');

test('the page about grades names every grader that is asked', async () => {
  const { grading } = await loadGrades(realProject());
  const names: Readonly<Record<Grader, string>> = {
    openscap: 'OpenSCAP',
    exposure: 'systemd-analyze security',
    lynis: 'Lynis',
    'ssh-audit': 'ssh-audit',
    openssh: 'OpenSSH',
    testssl: 'testssl',
    nmap: 'nmap',
  };
  for (const { grader } of grading.grades) expect(PAGE).toContain(names[grader]);
});
