import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { gradeCommand } from '../../scripts/commands/grade.ts';
import { gradeTarget } from '../../scripts/pipelines/grade-target.ts';
import { GRADES } from '../reports/sample-grades.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/pipelines/grade-target.ts', () => ({ gradeTarget: vi.fn() }));

test.each([
  ['pass', 0],
  ['fail', 5],
] as const)('%s is %d', async (verdict, status) => {
  vi.mocked(gradeTarget).mockResolvedValue({ ...GRADES, verdict });
  expect((await runCommand(gradeCommand, ['x'])).exitStatus).toBe(status);
});

test('what was asked for reaches the graders, and the report the files', async () => {
  vi.mocked(gradeTarget).mockResolvedValue(GRADES);
  const dir = mkdtempSync(join(tmpdir(), 'ingot-grade-'));
  const [json, html] = [join(dir, 'g.json'), join(dir, 'g.html')];
  await runCommand(gradeCommand, ['d.qcow2', '--distro', 'os-1', '--role', 'small', '--offline', '--stock', '--json-file', json, '--html-file', html]);
  expect(vi.mocked(gradeTarget).mock.lastCall?.[1]).toMatchObject({ targetPath: '/caller/d.qcow2', distro: 'os-1', offline: true, stock: true, fresh: false });
  expect(JSON.parse(readFileSync(json, 'utf8'))).toMatchObject({ kind: 'GradeReport' });
  expect(readFileSync(html, 'utf8')).toMatch(/^<!doctype html>[^]*95\.4 %/);
});
