import { expect, test } from 'vitest';
import { cpuModel } from '../../scripts/model/cpu-model.ts';

test('under KVM the processor is the host’s', () => {
  expect(cpuModel('kvm')).toBe('host');
});

test('an emulated one has every feature, and is one whose clock and whose want of flaws Linux knows', () => {
  expect(cpuModel('tcg')).toBe('max,vendor=GenuineIntel,family=6,model=28,stepping=10,erms=off,fsrm=off,la57=off');
});
