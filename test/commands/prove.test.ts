import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { proveCommand } from '../../scripts/commands/prove.ts';
import { proveTarget } from '../../scripts/pipelines/prove-target.ts';
import { sampleProof } from '../reports/sample-proof.ts';
import { runCommand } from './run-command.ts';

vi.mock('../../scripts/pipelines/prove-target.ts', () => ({ proveTarget: vi.fn() }));

describe('prove', () => {
  test.each([
    ['killed', 0],
    ['survived', 5],
  ] as const)('a check that is %s ends with %d', async (outcome, status) => {
    vi.mocked(proveTarget).mockResolvedValue(sampleProof([outcome]));
    expect((await runCommand(proveCommand, ['x'])).exitStatus).toBe(status);
  });

  test('writes the proof, and hands on what was asked', async () => {
    vi.mocked(proveTarget).mockResolvedValue(sampleProof(['killed']));
    const path = join(mkdtempSync(join(tmpdir(), 'ingot-prove-')), 'proof.json');
    await runCommand(proveCommand, ['d.qcow2', '--distro', 'os-1', '--role', 'small', '--only', 'ssh.*', '--json-file', path, '--yes']);
    expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({ kind: 'Proof', killRate: 100 });
    expect(vi.mocked(proveTarget).mock.lastCall?.[1]).toMatchObject({
      target: 'd.qcow2',
      targetPath: '/caller/d.qcow2',
      distro: 'os-1',
      role: 'small',
      only: 'ssh.*',
      yes: true,
    });
  });
});
