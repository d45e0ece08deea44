import { expect, test } from 'vitest';
import { readConsole } from '../../scripts/stages/read-console.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { sampleCheck } from '../support/sample-check.ts';

test('judges each rule over the clean lines of the whole log', async () => {
  const host = fakeHost();
  const serialPath = `${host.dir}/serial.log`;
  await host.files.writeText(serialPath, 'ok\r\n\u001b[31mOo\u001b[0mps: 1\r\nok\r\n');
  const declared = ['Oops', 'segfault'].map((forbid) => ({ phase: 'console' as const, declaration: sampleCheck(`base.${forbid}`, { console: { forbid } }) }));
  const rows = await readConsole.run({ serialPath, declared }, contextOf(host));
  expect(rows.map(({ check, outcome, found }) => [check, outcome, found])).toEqual([
    ['base.Oops', 'fail', 'Oops: 1'],
    ['base.segfault', 'pass', 'none in 3 lines'],
  ]);
});
