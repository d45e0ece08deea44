import { expect, test } from 'vitest';
import { readConsole } from '../../scripts/stages/read-console.ts';
import { MOST_SERIAL_BYTES } from '../../scripts/tools/serial-log.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { sampleCheck } from '../support/sample-check.ts';

test('where more was written than is read, what was not found is not known', async () => {
  const host = fakeHost();
  const serialPath = `${host.dir}/serial.log`;
  await host.files.writeText(serialPath, `Oops: 1\n${'x'.repeat(MOST_SERIAL_BYTES)}\nKernel panic\n`);
  const declared = ['Oops', 'panic'].map((forbid) => ({ phase: 'console' as const, declaration: sampleCheck(`base.${forbid}`, { console: { forbid } }) }));
  const rows = await readConsole.run({ vm: { serialPath, accelerator: 'tcg' }, declared }, contextOf(host));
  expect(rows.map(({ outcome, found }) => [outcome, found])).toEqual([
    ['fail', 'Oops: 1'],
    ['unknown', expect.stringContaining('the first 8388608 were read')],
  ]);
});

test('a line without an end is judged to its end, and shown from where it matters', async () => {
  const host = fakeHost();
  const serialPath = `${host.dir}/serial.log`;
  await host.files.writeText(serialPath, `${'x'.repeat(5000)}Kernel panic - not syncing\n`);
  const declared = [{ phase: 'console' as const, declaration: sampleCheck('base.panic', { console: { forbid: 'Kernel panic' } }) }];
  const [row] = await readConsole.run({ vm: { serialPath, accelerator: 'tcg' }, declared }, contextOf(host));
  expect(row).toMatchObject({ outcome: 'fail', found: expect.stringMatching(/^…x{100}Kernel panic - not syncing$/) });
});

test('judges each rule over the clean lines of the whole log', async () => {
  const host = fakeHost();
  const serialPath = `${host.dir}/serial.log`;
  await host.files.writeText(serialPath, 'ok\r\n\u001b[31mOo\u001b[0mps: 1\r\nok\r\n');
  const declared = ['Oops', 'segfault'].map((forbid) => ({ phase: 'console' as const, declaration: sampleCheck(`base.${forbid}`, { console: { forbid } }) }));
  const rows = await readConsole.run({ vm: { serialPath, accelerator: 'tcg' }, declared }, contextOf(host));
  expect(rows.map(({ check, outcome, found }) => [check, outcome, found])).toEqual([
    ['base.Oops', 'fail', 'Oops: 1'],
    ['base.segfault', 'pass', 'none in 3 lines'],
  ]);
});

test.each([
  ['tcg', 'pass', expect.stringMatching(/^none in 2 lines, aside from 1 of the kernel's reports that an emulated processor stood still/)],
  ['kvm', 'fail', '[   97.120034] watchdog: BUG: soft lockup - CPU#1 stuck for 22s!'],
] as const)('a processor that stood still under %s', async (accelerator, outcome, found) => {
  const host = fakeHost();
  const serialPath = `${host.dir}/serial.log`;
  await host.files.writeText(serialPath, 'Linux\n[   97.120034] watchdog: BUG: soft lockup - CPU#1 stuck for 22s!\n');
  const declared = ['\\bBUG: ', 'segfault'].map((forbid, at) => ({
    phase: 'console' as const,
    declaration: sampleCheck(`base.n${at}`, { console: { forbid } }),
  }));
  const [bug, segfault] = await readConsole.run({ vm: { serialPath, accelerator }, declared }, contextOf(host));
  expect(bug).toMatchObject({ outcome, found });
  expect(segfault).toMatchObject({ outcome: 'pass', found: 'none in 2 lines' });
});
