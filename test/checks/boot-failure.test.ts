import { describe, expect, test } from 'vitest';
import { bootFailure } from '../../scripts/checks/boot-failure.ts';

describe('bootFailure', () => {
  test.each([
    ['[    2.1] Kernel panic - not syncing: VFS: Unable to mount root fs', 'panicked'],
    ['You are in emergency mode. After logging in, type "journalctl -xb"', 'emergency'],
    ['[  OK  ] Reached target emergency.target - Emergency Mode.', 'emergency'],
    ['Give root password for maintenance', 'maintenance'],
    ['Cannot open access to console, the root account is locked.', 'maintenance'],
    ['(initramfs) ', 'initramfs'],
    ['ALERT!  UUID=0 does not exist.  Dropping to a shell!', 'initramfs'],
    ['Gave up waiting for root file system device.  Common problems:', 'initramfs'],
    ['dracut:/# ', 'initramfs'],
    ['grub rescue> ', 'boot loader'],
    ['error: no such partition.', 'boot loader'],
    ['No bootable device.', 'nothing to boot'],
    ['BdsDxe: No bootable option or device was found.', 'nothing to boot'],
    ['Fatal glibc error: CPU does not support x86-64-v2', 'newer CPU'],
  ])('%j is the end of a boot', (line, said) => {
    expect(bootFailure(['fine', line, 'more'])?.what).toContain(said);
    expect(bootFailure(['fine', line, 'more'])?.line).toBe(line);
  });

  test.each([
    '[    0.0] Command line: BOOT_IMAGE=/vmlinuz panic=10 emergency=no',
    'systemd[1]: emergency.service - Emergency Shell was skipped',
    'Loading initramfs (initramfs-tools)',
    '[  OK  ] Stopped target initrd-root-fs.target',
    'cloud-init: error: no such option',
  ])('%j is not', (line) => {
    expect(bootFailure([line])).toBeUndefined();
  });

  test('the first sign counts: it is the cause of the later ones', () => {
    expect(bootFailure(['Gave up waiting for root device.', 'Kernel panic - not syncing'])?.what).toContain('initramfs');
  });
});
