import { describe, expect, test } from 'vitest';
import { completeForwards, describeVm } from '../../scripts/pipelines/describe-vm.ts';
import type { VmRecord } from '../../scripts/store/vm-folders.ts';

describe('completeForwards', () => {
  test.each([
    [
      [],
      [
        { host: 0, guest: 22 },
        { host: 0, guest: 80 },
        { host: 0, guest: 443 },
      ],
    ],
    [
      [{ host: 2222, guest: 22 }],
      [
        { host: 2222, guest: 22 },
        { host: 0, guest: 80 },
        { host: 0, guest: 443 },
      ],
    ],
    [
      [{ host: 0, guest: 5432 }],
      [
        { host: 0, guest: 5432 },
        { host: 0, guest: 22 },
        { host: 0, guest: 80 },
        { host: 0, guest: 443 },
      ],
    ],
  ])('%j becomes %j', (wished, all) => {
    expect(completeForwards(wished)).toEqual(all);
  });

  test.each([[{ host: -1, guest: 80 }], [{ host: 1.5, guest: 80 }], [{ host: 80, guest: 65_536 }], [{ host: Number.NaN, guest: 80 }]])(
    'refuses %j',
    (forward) => {
      expect(() => completeForwards([forward])).toThrow(expect.objectContaining({ code: 'USAGE' }) as Error);
    },
  );
});

test('a folder with a blank or a quote in its name is quoted in the line to paste', () => {
  const record = {
    name: 'a',
    reference: 'r',
    loginUser: 'debian',
    process: { pid: 7 },
    forwards: [{ host: 2222, guest: 22 }],
    keyPath: "/my keys/it's",
    startedAt: 'now',
  } as unknown as VmRecord;
  const { sshCommand, pid, urls } = describeVm({ dir: '/vms/a', record, state: 'running' });
  expect(sshCommand).toBe("ssh -p 2222 -i '/my keys/it'\\''s' -o UserKnownHostsFile=/vms/a/known_hosts -o StrictHostKeyChecking=accept-new debian@127.0.0.1");
  expect([pid, urls]).toEqual([7, []]);
});

test('the private address is told when there is one', () => {
  const privateNetwork = { network: 'demo', address: '10.77.0.11/24' };
  const record = { name: 'a', reference: 'r', loginUser: 'me', process: null, forwards: [], keyPath: null, startedAt: 'now' } as unknown as VmRecord;
  expect(describeVm({ dir: '/vms/a', record: { ...record, privateNetwork }, state: 'running' }).privateNetwork).toEqual(privateNetwork);
  expect(describeVm({ dir: '/vms/a', record, state: 'running' })).not.toHaveProperty('privateNetwork');
});
