import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Accelerator } from '../model/build-plan.ts';
import { runReferenceGuest } from './reference-guest.ts';

export interface AcceleratorChoice {
  readonly accelerator: Accelerator;
  /** Why this one, as one sentence. */
  readonly reason: string;
}

/** Real hardware needs a third of a second for it; emulation of every instruction, minutes. */
const KVM_TIMEOUT_MS = 5000;

/** Decides by really running a guest for a moment: `/dev/kvm` may open, make a VM, and then get no kernel past its first instructions. */
export async function detectAccelerator(host: Host, wanted: 'auto' | Accelerator): Promise<AcceleratorChoice> {
  if (wanted === 'tcg') return { accelerator: 'tcg', reason: 'Emulation was asked for' };
  const refusal = await kvmRefusal(host);
  if (refusal === undefined) return { accelerator: 'kvm', reason: 'A guest really ran with KVM' };
  if (wanted === 'auto') return { accelerator: 'tcg', reason: `KVM does not work here: ${refusal}` };
  throw new BakeError('HOST_NOT_READY', {
    what: `KVM was asked for and does not work on this host: ${refusal}`,
    fix: 'Use --accel tcg (slower, proves the same), or a host with hardware virtualisation and access to /dev/kvm',
  });
}

async function kvmRefusal(host: Host): Promise<string | undefined> {
  if (!(await host.files.exists('/dev/kvm'))) return 'there is no /dev/kvm';
  const dir = await host.files.makeTempDir(host.facts.env['TMPDIR'] ?? '/tmp', 'ingot-kvm-');
  try {
    const { finished, reason } = await runReferenceGuest(host, { accelerator: 'kvm', dir, timeoutMs: KVM_TIMEOUT_MS });
    return finished ? undefined : reason;
  } finally {
    await host.files.remove(dir);
  }
}
