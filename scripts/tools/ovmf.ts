import { BakeError } from '../errors.ts';
import type { Host } from '../host/host.ts';
import type { Ovmf } from './qemu-system.ts';

/** Where distributions put their UEFI firmware: code, and the empty variable store that belongs to it. */
const PLACES: readonly Ovmf[] = [
  { codePath: '/usr/share/OVMF/OVMF_CODE_4M.fd', varsPath: '/usr/share/OVMF/OVMF_VARS_4M.fd' },
  { codePath: '/usr/share/OVMF/OVMF_CODE.fd', varsPath: '/usr/share/OVMF/OVMF_VARS.fd' },
  { codePath: '/usr/share/edk2/ovmf/OVMF_CODE.fd', varsPath: '/usr/share/edk2/ovmf/OVMF_VARS.fd' },
];

/** UEFI firmware for one VM, with a variable store of its own in that VM's folder. */
export async function privateOvmf(host: Host, dir: string): Promise<Ovmf> {
  for (const { codePath, varsPath } of PLACES) {
    if (!(await host.files.exists(codePath)) || !(await host.files.exists(varsPath))) continue;
    const ownVarsPath = `${dir}/ovmf-vars.fd`;
    await host.files.copy(varsPath, ownVarsPath);
    return { codePath, varsPath: ownVarsPath };
  }
  throw new BakeError('HOST_NOT_READY', {
    what: 'There is no UEFI firmware for virtual machines on this host',
    fix: 'Install the package ovmf (edk2-ovmf on Red Hat systems)',
  });
}
