import { BakeError } from '../errors.ts';
import type { PackerDialect } from '../model/build-plan.ts';

/** The generated HCL depends on it: 1.6 has the QEMU builder built in and rejects required_plugins, 1.7 and later need them. */
export function packerDialect(version: string): PackerDialect {
  const [, major, minor, patch = '0'] = /(\d+)\.(\d+)(?:\.(\d+))?/.exec(version) ?? [];
  if (major === undefined || minor === undefined || isTooOld(Number(major), Number(minor), Number(patch))) {
    throw new BakeError('HOST_NOT_READY', {
      what: `Packer's version ${JSON.stringify(version)} is ${major === undefined ? 'not one that Ingot can read' : 'too old: it cannot put a cloud-init seed on a CD'}`,
      fix: 'Install Packer 1.6.3 or later; Debian 12 and Ubuntu have it as the package `packer`',
    });
  }
  return Number(major) === 1 && Number(minor) < 7 ? '1.6' : '1.7';
}

/** cd_files and qemu_img_args came with 1.6.3. */
function isTooOld(major: number, minor: number, patch: number): boolean {
  return major < 1 || (major === 1 && (minor < 6 || (minor === 6 && patch < 3)));
}
