import { execFileSync } from 'node:child_process';
import { describe, expect, test } from 'vitest';
import { kitReadme, kitScript } from '../../scripts/checks/kit-texts.ts';
import { unknownRow } from '../../scripts/checks/evaluate.ts';
import { sampleCheck } from '../support/sample-check.ts';

test('the script boots without writing to the disk, and a shell can read it whatever the paths are', () => {
  const script = kitScript({
    argv: ['qemu-system-x86_64', '-drive', `file=/a b/it's.qcow2`],
    sshOptions: ['-o', 'BatchMode=yes'],
    sshPort: 22_022,
    loginUser: 'debian',
  });
  expect(script).toContain(`'file=/a b/it'\\''s.qcow2' -snapshot &`);
  expect(script, 'what is typed ahead belongs to the login').toContain("'127.0.0.1' true </dev/null");
  expect(() => execFileSync('bash', ['-n'], { input: script })).not.toThrow();
});

describe('kitReadme', () => {
  const row = unknownRow({ declaration: sampleCheck('web.x'), phase: 'outside' }, 'not reached');
  const request = {
    imageId: 'shop',
    problem: "The guest's kernel panicked",
    rows: [row, { ...row, check: 'web.fine', outcome: 'pass' as const }],
    files: ['console.txt'],
    kitDir: '/runs/7/failure-kit',
    kept: true,
  };

  test('says what happened, what failed, and one line that logs in', () => {
    const text = kitReadme(request);
    expect(text).toContain("The guest's kernel panicked.");
    expect(text).toContain('- web.x (outside): unknown, found: not reached. hint of web.x');
    expect(text).toContain("    bash '/runs/7/failure-kit/boot-and-login.sh'\n");
    expect(text).not.toContain('web.fine');
  });

  test('says from which state the guest starts', () => {
    expect(kitReadme(request)).toContain('overlay.qcow2, the disk as this run left it');
    expect(kitReadme({ ...request, kept: false })).toContain('the disk as it was before this run');
  });
});
