import { join } from 'node:path';
import type { Argv, Host } from '../host/host.ts';
import type { Accelerator } from '../model/build-plan.ts';
import { cpuModel } from '../model/cpu-model.ts';

/** How the reference guest fared. */
export interface ReferenceRun {
  /** True when it ran to its end; only then does `seconds` say anything. */
  readonly finished: boolean;
  readonly seconds: number;
  /** Why it did not finish. */
  readonly reason: string;
}

/** The sector says 0x31 to QEMU's debug exit, which makes `(0x31 << 1) | 1` of it: no other way of ending gives this status. */
const FINISHED_STATUS = 99;
const SECTOR_BYTES = 512;

/** Runs a guest that is one boot sector: the same amount of work everywhere, in the CPU modes that a kernel needs. */
export async function runReferenceGuest(
  host: Host,
  { accelerator, dir, timeoutMs }: { readonly accelerator: Accelerator; readonly dir: string; readonly timeoutMs: number },
): Promise<ReferenceRun> {
  const path = join(dir, 'reference-guest.img');
  await host.files.writeText(path, '');
  await host.files.truncate(path, SECTOR_BYTES);
  await host.files.writeAt(path, 0, bootSector());
  const startedMs = host.clock.monotonicMs();
  const { exitCode, stderr, timedOut } = await host.run(referenceArgv(accelerator, path), { reject: false, timeoutMs, contain: true });
  const seconds = (host.clock.monotonicMs() - startedMs) / 1000;
  if (timedOut) return { finished: false, seconds, reason: `a guest of 512 bytes did not get to its end within ${timeoutMs / 1000} s` };
  const complaint = stderr.split('\n').find((line) => /error|fail|denied|assert/i.test(line)) ?? `exit status ${exitCode ?? 'none'}`;
  return { finished: exitCode === FINISHED_STATUS, seconds, reason: exitCode === FINISHED_STATUS ? '' : complaint.trim() };
}

/** A machine with nothing but a CPU, the sector, and a way to say that it is done. */
export function referenceArgv(accelerator: Accelerator, path: string): Argv {
  return [
    'qemu-system-x86_64',
    ...['-no-user-config', '-nodefaults', '-display', 'none'],
    ...['-machine', `pc,accel=${accelerator}`, '-cpu', cpuModel(accelerator), '-m', '16'],
    ...['-device', 'isa-debug-exit,iobase=0xf4,iosize=0x04'],
    ...['-drive', `file=${path.replaceAll(',', ',,')},format=raw,if=ide`],
  ];
}

/**
 * The guest, assembled by hand; addresses are those after the firmware loaded it at 0x7c00. It runs the same loop (multiply, add, store)
 * 100 million times in 32-bit protected mode, where boot loaders unpack kernels, and as often in 64-bit mode with paging, where kernels run.
 * There are hosts whose KVM runs a few instructions and then emulates every one of them: they never come to the end of it.
 */
export function bootSector(): Uint8Array {
  const sector = new Uint8Array(SECTOR_BYTES);
  sector.set(Buffer.from(CODE.join('').replaceAll(' ', ''), 'hex'));
  sector.set([0x55, 0xaa], SECTOR_BYTES - 2);
  return sector;
}

const CODE: readonly string[] = [
  'fa', //                          7c00  cli
  '31c0 8ed8', //                   7c01  xor ax, ax; mov ds, ax
  '0f0116 d07c', //                 7c05  lgdt [0x7cd0]
  '0f20c0 0c01 0f22c0', //          7c0a  cr0 |= 1 (protected mode)
  'ea177c 0800', //                 7c12  jmp 0x08:0x7c17
  '66b81000 8ed8 8ec0 8ed0', //     7c17  mov ax, 0x10; ds = es = ss = ax
  'b900e1f505', //                  7c21  mov ecx, 100 000 000
  '69c00d661900', //                7c26  again: imul eax, eax, 1664525
  '01c8 a300600000', //             7c2c  add eax, ecx; mov [0x6000], eax
  '49 75f0', //                     7c33  dec ecx; jnz again
  'bf00100000 0f22df', //           7c36  mov edi, 0x1000; cr3 = edi
  'b9000c0000 31c0 fc f3ab', //     7c3e  clear 0x1000-0x3fff: three page tables
  'c70500100000 03200000', //       7c48  level 4 -> 0x2000
  'c70500200000 03300000', //       7c52  level 3 -> 0x3000
  'c70500300000 83000000', //       7c5c  level 2: one page of 2 MiB at 0
  '0f20e0 0c20 0f22e0', //          7c66  cr4.PAE
  'b9800000c0 0f32 80cc01 0f30', // 7c6e  EFER.LME
  '0f20c0 0d00000080 0f22c0', //    7c7a  cr0.PG (long mode)
  'ea8c7c0000 1800', //             7c85  jmp 0x18:0x7c8c
  'b900e1f505', //                  7c8c  mov ecx, 100 000 000
  '4869c00d661900', //              7c91  again: imul rax, rax, 1664525
  '4801c8 4889042500600000', //     7c98  add rax, rcx; mov [0x6000], rax
  'ffc9 75ea', //                   7ca3  dec ecx; jnz again
  'b031 e6f4', //                   7ca7  out 0xf4, 0x31: done
  'f4 ebfd 6690', //                7cab  hlt, for ever
  '0000000000000000', //            7cb0  descriptors: none
  'ffff0000009acf00', //            7cb8  0x08: 32-bit code
  'ffff00000092cf00', //            7cc0  0x10: data
  'ffff0000009aaf00', //            7cc8  0x18: 64-bit code
  '1f00 b07c0000', //               7cd0  their table: 32 bytes at 0x7cb0
];
