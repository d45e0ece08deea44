/** A guest that says on its console that it will never come up: waiting any longer would only hide the cause. */
export interface BootFailure {
  /** What happened, as the second half of a sentence that begins with "The guest". */
  readonly what: string;
  readonly line: string;
}

/** Finds the first line by which a guest gives up. */
export function bootFailure(lines: readonly string[]): BootFailure | undefined {
  for (const line of lines) {
    const sign = SIGNS.find(({ pattern }) => pattern.test(line));
    if (sign !== undefined) return { what: sign.what, line };
  }
  return undefined;
}

const SIGNS: readonly { readonly pattern: RegExp; readonly what: string }[] = [
  { pattern: /Kernel panic - not syncing/, what: "'s kernel panicked" },
  { pattern: /You are in (?:emergency|rescue) mode|Entering emergency mode|Reached target (?:\S+ - )?Emergency Mode/i, what: ' fell into emergency mode' },
  { pattern: /Give root password for maintenance|Cannot open access to console, the root account is locked/, what: ' stopped in a maintenance shell' },
  {
    pattern: /^\(initramfs\)|Dropping to a shell!|^ALERT! .* does not exist|Gave up waiting for root (?:file system )?device|^dracut:\/# ?$/,
    what: ' stopped in its initramfs: it found no system to go on to',
  },
  { pattern: /^grub rescue>|^error: (?:no such (?:device|partition)|unknown filesystem|file .* not found)/, what: ' stopped in its boot loader' },
  {
    pattern: /No bootable device|Boot failed: not a bootable disk|No bootable option or device was found|BdsDxe: No bootable option/,
    what: "'s firmware found nothing to boot",
  },
  { pattern: /Fatal glibc error: CPU does not support/, what: ' needs a newer CPU than the emulated one' },
];
