import { describe, expect, test } from 'vitest';
import { bothOrNone, checkNeighbours, checkPrivateAddress, privateCard } from '../../scripts/plan/private-network.ts';
import { HOSTILE_STRINGS, IMPOSSIBLE_STRINGS } from '../support/hostile-strings.ts';

const USAGE = expect.objectContaining({ code: 'USAGE' }) as Error;
const RESERVED = ['203.0.113.0/24'];
const DEMO = { network: 'demo', address: '10.77.0.11/24' };
const demo = (address: string, name = 'x'): Parameters<typeof checkNeighbours>[1][number] => ({ name, privateNetwork: { network: 'demo', address } });

describe('half a wish', () => {
  test.each([
    [undefined, undefined, undefined],
    ['demo', '10.77.0.11/24', DEMO],
  ])('%s and %s is %j', (network, address, wish) => {
    expect(bothOrNone(network, address)).toEqual(wish);
  });

  test('is refused, and the missing half is named', () => {
    expect(() => bothOrNone('demo', undefined)).toThrow('--address CIDR is missing');
    expect(() => bothOrNone(undefined, '10.77.0.11/24')).toThrow('--private-network NAME is missing');
  });
});

describe('what can be an address', () => {
  test.each(['10.77.0.11/24', '192.168.255.254/16', '172.16.0.1/30', '10.0.0.1/8', '203.0.112.253/30'])('%s is one', (address) => {
    expect(() => checkPrivateAddress({ ...DEMO, address }, RESERVED)).not.toThrow();
  });

  test.each([
    ['10.77.0.11', 'size of its network'],
    ['10.77.0/24', 'size of its network'],
    ['10.77.0.11/24 ', 'size of its network'],
    ['10.77.0.11/24\n', 'size of its network'],
    ['fd00::11/64', 'size of its network'],
    ['10.77.0.11/255.255.255.0', 'size of its network'],
    ['10.77.0.256/24', 'not an IPv4 address'],
    ['10.077.0.1/24', 'not an IPv4 address'],
    ['10.77.0.11/7', '/8 to /30'],
    ['10.77.0.11/31', '/8 to /30'],
    ['10.77.0.11/08', '/8 to /30'],
    ['10.77.0.0/24', 'broadcast'],
    ['10.77.0.255/24', 'broadcast'],
    ['127.0.0.2/24', '127.0.0.0/8'],
    ['0.0.0.1/24', '0.0.0.0/8'],
    ['169.254.1.1/24', '169.254.0.0/16'],
    ['239.1.1.1/24', '224.0.0.0/3'],
    ['203.0.113.77/24', '203.0.113.0/24'],
    ['203.1.2.3/8', '203.0.113.0/24'],
  ])('%j is not: %s', (address, reason) => {
    expect(() => checkPrivateAddress({ ...DEMO, address }, RESERVED)).toThrow(reason);
  });

  test.each([...HOSTILE_STRINGS, ...IMPOSSIBLE_STRINGS])('%j is neither a name nor an address', (value) => {
    expect(() => checkPrivateAddress({ ...DEMO, address: value })).toThrow(USAGE);
    if (value !== 'yes' && value !== 'null' && value !== '0x1f' && value !== '1e3' && value !== '2026-11-22')
      expect(() => checkPrivateAddress({ ...DEMO, network: value })).toThrow(USAGE);
  });
});

describe('neighbours', () => {
  test('another address of the same network is welcome, and other networks are not looked at', () => {
    const others = [demo('10.77.0.12/24'), { name: 'y', privateNetwork: { network: 'other', address: '10.77.0.11/16' } }, { name: 'z' }];
    expect(() => checkNeighbours(DEMO, others)).not.toThrow();
  });

  test('the address of another VM is refused, and the VM named', () => {
    expect(() => checkNeighbours(DEMO, [demo('10.77.0.11/24', 'db')])).toThrow('10.77.0.11 is the address of the VM db');
  });

  test.each(['10.78.0.11/24', '10.77.0.12/16', '10.77.0.12/25'])('from %s the others could not be reached', (address) => {
    expect(() => checkNeighbours({ ...DEMO, address }, [demo('10.77.0.11/24', 'db')])).toThrow('The private network demo is 10.77.0.0/24 (VM db)');
  });
});

describe('the card', () => {
  const mine = privateCard(DEMO, '/me/vms');

  test('has what its network shares and an address of its own, every time the same', () => {
    const neighbour = privateCard({ ...DEMO, address: '10.77.0.12/24' }, '/me/vms');
    expect(privateCard(DEMO, '/me/vms')).toEqual(mine);
    expect([neighbour.group, neighbour.port]).toEqual([mine.group, mine.port]);
    expect(neighbour.mac).not.toBe(mine.mac);
  });

  test('shares nothing with a network of another name or of another folder', () => {
    for (const other of [privateCard({ ...DEMO, network: 'demo2' }, '/me/vms'), privateCard(DEMO, '/you/vms')]) {
      expect(other.group).not.toBe(mine.group);
      expect(other.mac).not.toBe(mine.mac);
    }
  });

  test('is one that QEMU and a guest accept: locally administered, not multicast; a group that does not leave the house', () => {
    for (const network of ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h']) {
      const { mac, group, port } = privateCard({ ...DEMO, network }, '/me/vms');
      expect(mac).toMatch(/^02:[0-9a-f]{2}:0a:4d:00:0b$/);
      expect(group).toMatch(/^239\.19[2-5]\.\d{1,3}\.\d{1,3}$/);
      expect(port).toBeGreaterThanOrEqual(20_000);
      expect(port).toBeLessThan(32_768);
    }
  });
});
