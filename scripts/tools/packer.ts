import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';

export interface PluginWish {
  /** The generated folder, whose plugins.pkr.hcl names what is needed. */
  readonly hclDir: string;
  readonly env: Readonly<Record<string, string>>;
}

/** From 1.7 on Packer has the QEMU builder from elsewhere: it is fetched when this host does not have it yet, and not asked for again. */
export async function ensureQemuPlugin(host: Host, { hclDir, env }: PluginWish): Promise<void> {
  const installed = await host.run(['packer', 'plugins', 'installed'], { reject: false, env });
  if (/\/packer-plugin-qemu_/.test(installed.stdout)) return;
  const { exitCode, stdout, stderr } = await host.run(['packer', 'init', hclDir], { reject: false, env });
  if (exitCode === 0) return;
  throw new BakeError('HOST_NOT_READY', {
    what: 'This Packer has no QEMU builder, and its plugin could not be fetched',
    fix: 'Where the network allows it: packer plugins install github.com/hashicorp/qemu. Or use Packer 1.6.6, which has it built in (the package `packer` of Debian and Ubuntu), or --driver native',
    details: `${stdout}\n${stderr}`.trim().split('\n').slice(-6),
  });
}
