import { describe, expect, test } from 'vitest';
import { vmCard, vmList, type ShownVm } from '../../scripts/reports/vm-list.ts';

const VM: ShownVm = {
  name: 'web',
  reference: 'box-web-tin-1@2026.11.22-1',
  state: 'running',
  sshPort: 2222,
  forwards: [{ host: 2222, guest: 22 }],
  urls: ['http://127.0.0.1:8080/'],
  sshCommand: 'ssh -p 2222 me@127.0.0.1',
};
const privateNetwork = { network: 'demo', address: '10.77.0.11/24' };

describe('the private address', () => {
  test('stands on the card of a VM that has one, and nowhere else', () => {
    expect(vmCard({ ...VM, privateNetwork })).toMatch(/^ {2}private +10\.77\.0\.11\/24 in demo$/m);
    expect(vmCard(VM)).not.toContain('private');
  });

  test('has a column in the list', () => {
    const [head, first, second] = vmList([{ ...VM, privateNetwork }, VM]).split('\n');
    expect(head).toMatch(/^name +state +image +login +private +pages$/);
    expect(first).toMatch(/ssh 2222 +10\.77\.0\.11\/24 in demo +http:/);
    expect(second).toMatch(/ssh 2222 +- +http:/);
  });
});

test('no VM is answered with how to make one', () => {
  expect(vmList([])).toContain('npm run launch');
});
