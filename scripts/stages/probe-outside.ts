import { probeOf, rowKey, type DeclaredRow } from '../checks/declared-rows.ts';
import { evaluate } from '../checks/evaluate.ts';
import { outsideEnvironment } from '../checks/outside-environment.ts';
import { parseProbeResults } from '../checks/probe-results.ts';
import { probeCalls, probeFunctions } from '../checks/probe-script.ts';
import type { CheckRow } from '../model/check.ts';
import type { OpenPorts } from '../model/open-ports.ts';
import { sshOptions } from '../tools/ssh.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Stage } from './stage.ts';

export interface OutsideInput {
  readonly guest: RunningGuest;
  readonly declared: readonly DeclaredRow[];
  readonly env: Readonly<Record<string, string>>;
  readonly openPorts: OpenPorts;
  readonly scratchDir: string;
  readonly probeMs: number;
  readonly nonce: string;
}

/** Meets the VM as a client does: logs in, is refused, fetches pages. */
export const probeOutside: Stage<OutsideInput, readonly CheckRow[]> = {
  name: 'outside',
  title: 'Meet the guest from outside',
  run: async ({ guest, declared, env, openPorts, scratchDir, probeMs, nonce }, { host }) => {
    if (declared.length === 0) return [];
    const { keyPath, user, connectTimeoutSeconds } = guest.ssh;
    const client = outsideEnvironment({
      hostPorts: guest.hostPorts,
      keyPath,
      sshOptions: sshOptions(connectTimeoutSeconds),
      loginUser: user,
      openPorts,
      workDir: scratchDir,
    });
    const timeoutSeconds = Math.ceil(probeMs / 1000);
    const probes = declared.map((row) => ({ name: rowKey(row), run: probeOf(row)?.run ?? 'exit 127' }));
    const script = `${probeFunctions({ nonce, timeoutSeconds, env: { ...env, ...client } })}${probeCalls(probes)}`;
    const timeoutMs = probeMs * (1 + declared.length);
    const { stdout } = await host.run(['bash', '-s'], { input: script, contain: true, reject: false, timeoutMs, cwd: scratchDir, env: { TMPDIR: scratchDir } });
    const results = parseProbeResults(stdout, { nonce, timeoutSeconds });
    return declared.flatMap((row) => {
      const result = results.get(rowKey(row));
      return result === undefined ? [] : [evaluate(row, result)];
    });
  },
};
