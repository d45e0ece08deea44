import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { buildGoProgram, goProgram } from '../../support/go-programs.ts';
import { needTool } from '../../support/need-tool.ts';

const VENV = join(import.meta.dirname, '../../../build/test-tools/disk-readers');
/** Readers of Fox-IT, for forensics; the second unpacks zstd for the first where Python itself does not yet. */
const PYTHON_PACKAGES = ['dissect.hypervisor==3.21', 'backports.zstd==1.8.0'];

/** The Python that knows the readers above. */
export const READERS_PYTHON = join(VENV, 'bin/python');
/** VMware's own client for imports, with its simulated vCenter. */
export const VMWARE_IMPORT = goProgram('vmware-import');

/** Brings what no package of the host brings; what is missing is an error, never a skip. */
export function setup(): void {
  for (const tool of ['vmdkmount', 'vhdimount', 'qcowmount', '7zz', 'zstd', 'e2fsck', 'sfdisk', 'mke2fs', 'skopeo']) needTool(tool);
  buildGoProgram('vmware-import', join(import.meta.dirname, 'vmware-import'));
  const stamp = join(VENV, `ready-${PYTHON_PACKAGES.join('-')}`);
  if (existsSync(stamp)) return;
  execFileSync('python3', ['-m', 'venv', '--clear', VENV], { stdio: 'inherit' });
  execFileSync(READERS_PYTHON, ['-m', 'pip', 'install', '--quiet', ...PYTHON_PACKAGES], { stdio: 'inherit' });
  execFileSync('touch', [stamp]);
}
