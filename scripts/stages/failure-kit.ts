import { join } from 'node:path';
import { consoleLines } from '../checks/console-lines.ts';
import { kitReadme, kitScript } from '../checks/kit-texts.ts';
import { parseProbeResults } from '../checks/probe-results.ts';
import { probeCalls, probeFunctions } from '../checks/probe-script.ts';
import type { Host } from '../host/host.ts';
import type { CheckRow } from '../model/check.ts';
import { qemuArgv } from '../tools/qemu-system.ts';
import { readSerialLog } from '../tools/serial-log.ts';
import { runOverSsh, sshOptions } from '../tools/ssh.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

/** Texts of the guest about itself, by file name. */
export type Evidence = ReadonlyMap<string, string>;

export interface EvidenceInput {
  readonly guest: RunningGuest;
  readonly nonce: string;
  readonly probeMs: number;
}

/** Asks a guest that still answers what it knows about its own trouble. Gives nothing when it does not answer any more. */
export const gatherEvidence: Stage<EvidenceInput, Evidence> = {
  name: 'gather-evidence',
  title: 'Ask the guest what went wrong',
  run: async ({ guest, nonce, probeMs }, { host }) => {
    const timeoutSeconds = Math.ceil(probeMs / 1000);
    const probes = Object.entries(QUESTIONS).map(([name, run]) => ({ name, run }));
    const input = `${probeFunctions({ nonce, timeoutSeconds, env: {}, mostOutputBytes: 2 ** 21 })}${probeCalls(probes)}`;
    const { stdout } = await runOverSsh(host, guest.ssh, { command: 'sudo -n bash -s', input, timeoutMs: probeMs * (1 + probes.length) });
    const results = parseProbeResults(stdout, { nonce, timeoutSeconds });
    // By the names that were asked, never by those that came: they become paths of the host, and the guest knows how to answer what nobody asked.
    return new Map(
      Object.keys(QUESTIONS).flatMap((name) => {
        const result = results.get(name);
        return result === undefined ? [] : [[name, result.stdout]];
      }),
    );
  },
};

const QUESTIONS: Readonly<Record<string, string>> = {
  'journal.txt': 'journalctl -b --no-pager -o short-monotonic | tail -n 20000',
  'cloud-init-status.txt': 'cloud-init status --long',
  'cloud-init.log': 'tail -c 1000000 /var/log/cloud-init.log',
  'cloud-init-output.log': 'tail -c 1000000 /var/log/cloud-init-output.log',
  'blame.txt': 'systemd-analyze blame --no-pager; systemd-analyze critical-chain --no-pager',
  'failed-units.txt': 'systemctl list-units --failed --no-pager --no-legend --plain',
  'sockets.txt': 'ss -lntup',
  'disk.txt': 'df -h; lsblk',
};

export interface KitInput {
  readonly kitDir: string;
  readonly imageId: string;
  readonly diskPath: string;
  readonly diskFormat: 'qcow2' | 'raw';
  readonly problem: string | undefined;
  readonly rows: readonly CheckRow[];
  readonly evidence: Evidence;
  /** Undefined when no VM was started; its QEMU must have ended. */
  readonly guest: RunningGuest | undefined;
  /** True: what the run wrote to the disk's overlay is kept. */
  readonly keep: boolean;
}

const SSH_PORT = 22_022;

/** Puts everything that explains a failure into one folder, with a page to begin at. Gives the folder. */
export const packFailureKit: Stage<KitInput, string> = {
  name: 'failure-kit',
  title: 'Pack the failure kit',
  run: async (input, { host }) => {
    const { kitDir, guest, rows, evidence, keep } = input;
    const { files } = host;
    await files.remove(kitDir);
    await files.makeDir(kitDir);
    await files.writeText(
      join(kitDir, 'failed-rows.json'),
      `${JSON.stringify(
        rows.filter(({ outcome }) => outcome !== 'pass'),
        undefined,
        2,
      )}\n`,
    );
    for (const [name, text] of evidence) await files.writeText(join(kitDir, name), text);
    if (guest !== undefined) await packGuest(host, input, guest);
    await files.writeText(join(kitDir, 'README.md'), kitReadme({ ...input, kept: keep && guest !== undefined, files: await files.list(kitDir) }));
    return kitDir;
  },
};

async function packGuest(host: Host, input: KitInput, { vm, ssh }: RunningGuest): Promise<void> {
  const { kitDir, keep } = input;
  const { files } = host;
  await files.writeText(join(kitDir, 'console.txt'), `${consoleLines(await readSerialLog(host, vm.serialPath)).join('\n')}\n`);
  if (await files.exists(vm.serialPath)) await files.rename(vm.serialPath, join(kitDir, 'serial.log'));
  await files.rename(ssh.keyPath, join(kitDir, 'key'));
  if (vm.seedPath !== undefined) await files.rename(vm.seedPath, join(kitDir, 'seed.iso'));
  if (vm.ovmf !== undefined) await files.rename(vm.ovmf.varsPath, join(kitDir, 'ovmf-vars.fd'));
  if (keep) await files.rename(vm.diskPath, join(kitDir, 'overlay.qcow2'));
  await files.writeText(join(kitDir, 'boot-and-login.sh'), bootScript(input, { vm, ssh }), 0o755);
}

function bootScript({ kitDir, keep, diskPath, diskFormat }: KitInput, { vm, ssh }: Pick<RunningGuest, 'vm' | 'ssh'>): string {
  const argv = qemuArgv({
    ...vm,
    ...(keep ? { diskPath: join(kitDir, 'overlay.qcow2') } : { diskPath, diskFormat }),
    seedPath: join(kitDir, 'seed.iso'),
    ...(vm.ovmf === undefined ? {} : { ovmf: { ...vm.ovmf, varsPath: join(kitDir, 'ovmf-vars.fd') } }),
    serialPath: 'console-again.log',
    network: { forwards: [{ hostPort: SSH_PORT, guestPort: 22 }], isolated: true },
  });
  return kitScript({ argv, sshOptions: sshOptions(20), sshPort: SSH_PORT, loginUser: ssh.user });
}
