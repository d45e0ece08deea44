import { describe, expect, test } from 'vitest';
import { qemuArgv, type VmRequest } from '../../scripts/tools/qemu-system.ts';

const request: VmRequest = {
  accelerator: 'tcg',
  cpus: 2,
  memoryMiB: 2048,
  diskPath: '/run/overlay.qcow2',
  firmware: 'bios',
  serialPath: '/run/serial.log',
  qmpPath: 'qmp.sock',
  network: { forwards: [{ hostPort: 0, guestPort: 22 }] },
};
const line = (changes: Partial<VmRequest> = {}): string => qemuArgv({ ...request, ...changes }).join(' ');

describe('qemuArgv', () => {
  test('takes nothing from the user and nothing by default', () => {
    expect(line()).toMatch(
      /^qemu-system-x86_64 -no-user-config -nodefaults -machine q35,accel=tcg -cpu max,vendor=GenuineIntel,\S+ -smp 2 -m 2048 -display none /,
    );
  });

  test.each<[string, Partial<VmRequest>, string]>([
    ['all of a real CPU under KVM', { accelerator: 'kvm' }, '-machine q35,accel=kvm -cpu host'],
    ['a serial log', {}, '-chardev file,id=serial,path=/run/serial.log -serial chardev:serial'],
    ['a serial log that goes on', { serialAppends: true }, '-chardev file,id=serial,path=/run/serial.log,append=on -serial chardev:serial'],
    [
      'a second serial line for whoever asks for one',
      { secondSerialPath: 'second.sock' },
      '-chardev socket,id=second,path=second.sock,server=on,wait=off -serial chardev:second -qmp',
    ],
    ['a control socket', {}, '-qmp unix:qmp.sock,server=on,wait=off'],
    ['randomness', {}, '-object rng-random,filename=/dev/urandom,id=rng -device virtio-rng-pci,rng=rng'],
    [
      'a disk that gives blocks back',
      {},
      'file=/run/overlay.qcow2,if=none,id=disk,format=qcow2,cache=writeback,discard=unmap -device virtio-blk-pci,drive=disk,bootindex=0',
    ],
    ['no flushing for a disk that is thrown away', { throwAway: true }, 'format=qcow2,cache=unsafe,discard=unmap'],
    ['a raw disk as one: its first bytes do not choose the format', { diskFormat: 'raw' }, 'format=raw,cache=writeback'],
    [
      'a seed that cannot be written',
      { seedPath: '/run/seed.iso' },
      'file=/run/seed.iso,if=none,id=seed,format=raw,readonly=on -device virtio-blk-pci,drive=seed',
    ],
    ['forwards from this host only', {}, 'hostfwd=tcp:127.0.0.1:0-:22'],
    ['a network that no image trusts', {}, 'net=203.0.113.0/24,dhcpstart=203.0.113.15,restrict=off'],
    ['a guest that reaches nobody', { network: { forwards: [], isolated: true } }, 'restrict=on -device'],
    [
      'a second card on a network of VMs, over the loopback interface only',
      { network: { forwards: [], privateCard: { mac: '02:aa:0a:4d:00:0b', group: '239.192.1.2', port: 20_001 } } },
      '-netdev socket,id=private,mcast=239.192.1.2:20001,localaddr=127.0.0.1 -device virtio-net-pci,netdev=private,mac=02:aa:0a:4d:00:0b',
    ],
    ['a file with its process id', { pidfile: '/run/vm.pid' }, '-pidfile /run/vm.pid'],
    [
      'UEFI firmware with variables of its own',
      { firmware: 'uefi', ovmf: { codePath: '/fw/code.fd', varsPath: '/run/vars.fd' } },
      '-drive if=pflash,unit=0,format=raw,readonly=on,file=/fw/code.fd -drive if=pflash,unit=1,format=raw,file=/run/vars.fd',
    ],
  ])('gives %s', (_what, changes, part) => {
    expect(line(changes)).toContain(part);
  });

  test('has no seed, no firmware, no pidfile and no second card unless asked', () => {
    expect(line()).not.toMatch(/seed|pflash|pidfile|mcast/);
    expect(line().match(/-netdev /g)).toHaveLength(1);
  });

  test('a comma in a path begins no option', () => {
    const text = line({ diskPath: '/a,readonly=on/d.qcow2', seedPath: '/s,x.iso', serialPath: '/l,g', qmpPath: 'q,p' });
    for (const part of ['file=/a,,readonly=on/d.qcow2,if', 'file=/s,,x.iso,if', 'path=/l,,g', 'unix:q,,p,server']) expect(text).toContain(part);
  });

  test('refuses a socket path that no socket can have', () => {
    expect(() => line({ qmpPath: `/${'x'.repeat(107)}` })).toThrow(/too long/);
    expect(() => line({ qmpPath: `/${'x'.repeat(106)}` })).not.toThrow();
  });

  test('refuses UEFI without firmware', () => {
    expect(() => line({ firmware: 'uefi' })).toThrow(/without its firmware/);
  });
});
