import { describe, expect, test } from 'vitest';
import type { Host } from '../../scripts/host/host.ts';
import { privateOvmf } from '../../scripts/tools/ovmf.ts';
import { fakeHost } from '../support/fake-host.ts';

/** A host on which only these files exist. */
function hostWith(paths: readonly string[]): { readonly host: Host; readonly copies: string[] } {
  const host = fakeHost();
  const copies: string[] = [];
  const copy = (from: string, to: string): Promise<void> => Promise.resolve(void copies.push(`${from} → ${to}`));
  return { copies, host: { ...host, files: { ...host.files, exists: (path) => Promise.resolve(paths.includes(path)), copy } } };
}

describe('privateOvmf', () => {
  test('copies the variables that belong to the code', async () => {
    const { host, copies } = hostWith(['/usr/share/OVMF/OVMF_CODE_4M.fd', '/usr/share/OVMF/OVMF_CODE.fd', '/usr/share/OVMF/OVMF_VARS.fd']);
    await expect(privateOvmf(host, '/run/vm')).resolves.toEqual({ codePath: '/usr/share/OVMF/OVMF_CODE.fd', varsPath: '/run/vm/ovmf-vars.fd' });
    expect(copies).toEqual(['/usr/share/OVMF/OVMF_VARS.fd → /run/vm/ovmf-vars.fd']);
  });

  test('says which package is missing', async () => {
    await expect(privateOvmf(hostWith([]).host, '/run/vm')).rejects.toMatchObject({ code: 'HOST_NOT_READY', fix: expect.stringContaining('ovmf') as string });
  });
});
