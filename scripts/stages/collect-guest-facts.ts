import { probeOf, rowKey, type DeclaredRow } from '../checks/declared-rows.ts';
import { evaluate } from '../checks/evaluate.ts';
import { guestCollector, settledMark } from '../checks/guest-collector.ts';
import type { NamedProbe } from '../checks/probe-script.ts';
import { parseProbeResults, type ProbeResult } from '../checks/probe-results.ts';
import { cleanText } from '../checks/console-lines.ts';
import type { Deadlines } from '../checks/slowness.ts';
import { BakeError } from '../errors.ts';
import type { CheckRow } from '../model/check.ts';
import { runOverSsh } from '../tools/ssh.ts';
import type { RunningGuest } from './boot-vm.ts';
import type { Host, RunResult } from '../host/host.ts';
import { endOfVm } from './vm-end.ts';
import type { Stage } from './stage.ts';

const SSH_FAILED = 255;
const ATTEMPTS = 5;
const RETRY_MS = 2000;

export interface FactsInput<Meanwhile> {
  readonly guest: RunningGuest;
  readonly declared: readonly DeclaredRow[];
  readonly env: Readonly<Record<string, string>>;
  readonly deadlines: Deadlines;
  /** The guest's processors: so many probes run at once. */
  readonly cpus: number;
  readonly nonce: string;
  /** Asked of the machine at rest, before the probes, and handed back as they came. */
  readonly facts: readonly NamedProbe[];
  /** Done from the moment that the guest has settled, beside the probes. */
  readonly meanwhile: () => Promise<Meanwhile>;
}

export interface Facts<Meanwhile> {
  /** A declared row whose probe left no result is absent: it is counted as missing. */
  readonly rows: readonly CheckRow[];
  readonly meanwhile: Meanwhile;
  readonly facts: ReadonlyMap<string, ProbeResult>;
}

/** Everything that is asked of the guest itself, in one login. */
export async function collectFacts<Meanwhile>(
  input: FactsInput<Meanwhile>,
  { host }: Parameters<Stage<unknown, unknown>['run']>[1],
): Promise<Facts<Meanwhile>> {
  const { guest, declared, env, deadlines, nonce } = input;
  const timeoutSeconds = Math.ceil(deadlines.probeMs / 1000);
  const settleSeconds = Math.ceil(deadlines.settleMs / 1000);
  const probes = declared.map((row) => ({ name: rowKey(row), run: probeOf(row)?.run ?? 'exit 127', exclusive: row.declaration.guest?.exclusive === true }));
  const script = guestCollector({ nonce, timeoutSeconds, settleSeconds, lanes: input.cpus, env, probes, facts: input.facts });
  const beside: Promise<Meanwhile>[] = [];
  const mark = settledMark(nonce);
  const onLine = (line: string): void => void (line.trim() === mark && beside.length === 0 && beside.push(started(input.meanwhile)));
  const timeoutMs = 2 * deadlines.settleMs + deadlines.probeMs * (1 + declared.length);
  const { stdout, stderr, exitCode, timedOut } = await ask(host, guest, { command: 'sudo -n bash -s', input: script, timeoutMs, onLine });
  const meanwhile = beside[0];
  if (exitCode !== 0 || meanwhile === undefined)
    throw await lostGuest(host, guest, { how: timedOut ? 'it took too long' : `exit status ${exitCode ?? 'none'}`, stderr });
  const results = parseProbeResults(stdout, { nonce, timeoutSeconds });
  const rows = declared.flatMap((row) => {
    const result = results.get(rowKey(row));
    return result === undefined ? [] : [evaluate(row, result)];
  });
  return { rows, meanwhile: await meanwhile, facts: results };
}

/** The stage that collects, with a title of its own for each phase. */
export function collectGuestFacts<Meanwhile>(phase: 'first-boot' | 'after-reboot'): Stage<FactsInput<Meanwhile>, Facts<Meanwhile>> {
  return { name: phase, title: phase === 'first-boot' ? 'Ask the guest after its first boot' : 'Ask the guest after a reboot', run: collectFacts };
}

/** A rejection is reported when it is awaited, not before. */
function started<T>(work: () => Promise<T>): Promise<T> {
  const promise = work();
  promise.catch(() => undefined);
  return promise;
}

/** First boots restart their SSH server after it has let somebody in; a login that never began may be tried again. */
async function ask(host: Host, { ssh }: RunningGuest, request: Parameters<typeof runOverSsh>[2]): Promise<RunResult> {
  for (let attempt = 1; ; attempt += 1) {
    const result = await runOverSsh(host, ssh, request);
    if (result.exitCode !== SSH_FAILED || result.stdout !== '' || attempt === ATTEMPTS) return result;
    await host.clock.sleep(RETRY_MS);
  }
}

async function lostGuest(host: Host, guest: RunningGuest, { how, stderr }: { readonly how: string; readonly stderr: string }): Promise<BakeError> {
  const end = await endOfVm(host, guest);
  return new BakeError('GUEST_FAILED', {
    what: end ?? `The guest did not answer all that it was asked over SSH (${how})`,
    fix: 'Look at the console in the failure kit; the login user must be able to use sudo without a password',
    details: stderr
      .trim()
      .split('\n')
      .slice(-10)
      .map((line) => cleanText(line, 300)),
  });
}
