import { expect, test } from 'vitest';
import { hostReport } from '../../scripts/plan/host-report.ts';
import { requirementsOf } from '../../scripts/plan/host-requirements.ts';
import { hostTable } from '../../scripts/reports/host-table.ts';
import { STATE } from '../plan/host-state.ts';

test('each thing with its version or its absence, what it is for, and how to get it', () => {
  const findings = requirementsOf(['boot']).map(({ id }) => ({ id, path: id === 'ssh' ? undefined : '/x', version: id === 'qemu-img' ? '7.2.22' : undefined }));
  const text = hostTable(hostReport({ needs: ['boot'] }, findings, STATE), { accelerator: 'kvm', reason: 'a guest ran' });
  expect(text).toMatch(/^ {2}ok +qemu-img +7\.2\.22 +makes and checks disks$/m);
  expect(text).toMatch(/^ {2}MISSING +ssh +- +talks to the booted image +package openssh-client$/m);
  expect(text).toContain('kvm (a guest ran)');
  expect(text).toContain('apt-get');
  expect(text).toMatch(/Not ready to bake\.\n$/);
});

test('setup is told of the same distros', () => {
  const line = (distros?: readonly string[]): string | undefined =>
    /npm run setup .*--yes/.exec(hostTable(hostReport({ needs: ['boot'] }, [], STATE), undefined, distros))?.[0];
  expect(line()).toBe('npm run setup -- --yes');
  expect(line(['a', 'b'])).toBe('npm run setup -- --distro a --distro b --yes');
});

test('a machine with problems says what they are', () => {
  const text = hostTable(hostReport({ needs: ['bake'] }, [], { ...STATE, freeDiskMiB: 5, isRoot: false, hasSudo: true }), undefined);
  expect(text).toContain('problem: Only 5 MiB are free');
  expect(text).toContain('not root, sudo there');
  expect(text).toContain('not probed');
});
