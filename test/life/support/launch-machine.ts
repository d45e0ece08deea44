import { execa } from 'execa';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import type { RunningVm } from '../../../scripts/pipelines/describe-vm.ts';
import { ingot, ingotJson, STORE_DIR } from '../../boot/support/ingot.ts';
import { publishedStandalone } from '../../boot/support/published-standalone.ts';

/** The one machine of these tests, as every file of them is told. */
export interface LaunchedMachine {
  readonly sshPort: number;
  readonly httpPort: number;
  readonly httpsPort: number;
  readonly user: string;
  readonly keyPath: string;
}

declare module 'vitest' {
  interface ProvidedContext {
    machine: LaunchedMachine;
  }
}

const NAME = 'life-test';

/**
 * Launches the machine before the first file and removes it after the last. Who works on these tests names a VM of this working copy that runs, with the key
 * that `npm run launch` made for it, in INGOT_LIFE_VM: it is used as it is, and stays.
 */
export async function setup({ provide }: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const kept = process.env['INGOT_LIFE_VM'];
  if (kept !== undefined) {
    const { vms } = await ingotJson<{ readonly vms: readonly RunningVm[] }>('vms');
    const found = vms.find(({ name, state }) => name === kept && state === 'running');
    if (found === undefined) throw new Error(`INGOT_LIFE_VM names ${kept}, and no VM of that name runs: npm run vms`);
    provide('machine', described(found));
    return async () => {};
  }
  const dir = await mkdtemp(join(tmpdir(), 'ingot-life-'));
  await execa('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', join(dir, 'id_ed25519')]);
  const size = ['--profile', 'minimum', '--ssh-key', join(dir, 'id_ed25519')];
  const teardown = async (): Promise<void> => {
    await ingot('stop', [NAME]);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const launched = await ingotJson<RunningVm>('launch', [await publishedStandalone(), '--store', STORE_DIR, '--name', NAME, ...size, '--wait']);
    provide('machine', { ...described(launched), keyPath: join(dir, 'id_ed25519') });
    return teardown;
  } catch (error) {
    await teardown();
    throw error;
  }
}

function described({ sshPort, forwards, sshCommand }: RunningVm): LaunchedMachine {
  const port = (guest: number): number => forwards.find((each) => each.guest === guest)?.host ?? 0;
  const user = /(\S+)@127\.0\.0\.1/.exec(sshCommand)?.[1] ?? '';
  return { sshPort, httpPort: port(80), httpsPort: port(443), user, keyPath: / -i '?([^' ]+)/.exec(sshCommand)?.[1] ?? '' };
}
