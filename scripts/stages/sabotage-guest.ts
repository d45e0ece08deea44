import { consoleLines } from '../checks/console-lines.ts';
import { consoleRecord, type ConsoleRecord } from '../checks/console-record.ts';
import { rowKey, type DeclaredRow } from '../checks/declared-rows.ts';
import { evaluateConsole } from '../checks/evaluate-console.ts';
import { evaluate } from '../checks/evaluate.ts';
import { judgeSabotage, type SabotageEvidence } from '../checks/judge-sabotage.ts';
import { parseProbeResults, type ProbeResult } from '../checks/probe-results.ts';
import { askAgainOrder, sabotageOrder } from '../checks/saboteur-agent.ts';
import { guestProbes, type Sabotage } from '../checks/sabotages.ts';
import { interruptedError } from '../errors.ts';
import type { CheckRow } from '../model/check.ts';
import type { OpenPorts } from '../model/open-ports.ts';
import type { SabotageRow } from '../model/proof.ts';
import type { Dialogue } from '../tools/serial-dialogue.ts';
import { readSerialLog, serialLogSize } from '../tools/serial-log.ts';
import { loadSnapshot } from '../tools/vm-snapshots.ts';
import type { RunningGuest } from './boot-vm.ts';
import { probeOutside } from './probe-outside.ts';
import { scanGuestPorts } from './scan-ports.ts';
import { runStageIn, type Context, type Stage } from './stage.ts';

export interface GuestSabotageInput {
  readonly guest: RunningGuest;
  readonly dialogue: Dialogue;
  /** Name of the saved state that each sabotage begins in. */
  readonly snapshot: string;
  readonly sabotages: readonly Sabotage[];
  /** Rows of the untouched machine. */
  readonly before: readonly CheckRow[];
  readonly env: Readonly<Record<string, string>>;
  readonly openPorts: OpenPorts;
  readonly scratchDir: string;
  readonly probeMs: number;
  readonly slowness: number;
  readonly nonce: string;
}

/** Takes the machine back to the saved state, breaks one thing, asks the one check; then the next. */
export const sabotageGuest: Stage<GuestSabotageInput, readonly SabotageRow[]> = {
  name: 'sabotage-guest',
  title: 'Break the running machine, once for each check',
  run: async (input, context) => {
    const rows: SabotageRow[] = [];
    for (const sabotage of input.sabotages) {
      if (context.host.interrupted.aborted) throw interruptedError();
      const row = await attempt(input, context, sabotage);
      rows.push(row);
      const message = `${rows.length} of ${input.sabotages.length}: ${row.check} ${row.outcome === 'killed' ? 'noticed' : row.outcome}`;
      context.say({ type: 'progress', stage: 'sabotage-guest', message });
    }
    return rows;
  },
};

async function attempt(input: GuestSabotageInput, context: Context, sabotage: Sabotage): Promise<SabotageRow> {
  const { host } = context;
  const { guest, dialogue, snapshot, before, probeMs } = input;
  const startedMs = host.clock.monotonicMs();
  const seconds = (): number => (host.clock.monotonicMs() - startedMs) / 1000;
  await loadSnapshot(guest.qmp, snapshot);
  const fromByte = await serialLogSize(host, guest.vm.serialPath);
  const timeoutMs = probeMs * (2 + sabotage.watched.length);
  const own = before.filter(({ check }) => check === sabotage.declaration.id);
  const look = async (order: string): Promise<Look> => {
    const results = resultsOf(input, await dialogue.ask(order, timeoutMs));
    const saboteur = results?.get(SABOTEUR);
    const after = results === undefined ? [] : await rowsAfter(input, context, { sabotage, results, fromByte });
    const evidence: SabotageEvidence = { before: own, after, saboteur, seconds: seconds() };
    return { row: judgeSabotage(sabotage, evidence), after };
  };
  const probes = guestProbes(sabotage.watched);
  const first = await look(sabotageOrder({ name: SABOTEUR, run: sabotage.declaration.saboteur.run }, probes));
  if (settles(first)) return first.row;
  const second = await look(askAgainOrder(probes));
  // Green, and then nothing: that is the host again, or the machine has gone. Either way nobody has seen the damage.
  const unseen = first.row.outcome === 'survived' && second.row.outcome === 'killed' && !settles(second);
  return { ...second.row, ...(unseen ? { outcome: 'not-run' } : {}), ...complaint(first.row) };
}

interface Look {
  readonly row: SabotageRow;
  readonly after: readonly CheckRow[];
}

/**
 * Whether a first look is the last word. Some damage shows only after a moment: a service that is reloaded, a thread that has to notice. And where no probe found
 * anything wrong but some found nothing out, it may have been the host that stood still: damage is still there when it is asked once more.
 */
function settles({ row: { outcome, red }, after }: Look): boolean {
  if (outcome === 'killed') return after.some((row) => red.includes(row.phase) && row.outcome === 'fail');
  return outcome !== 'survived';
}

const SABOTEUR = 'saboteur';

function complaint({ complaint: words }: SabotageRow): Pick<SabotageRow, 'complaint'> {
  return words === undefined ? {} : { complaint: words };
}

function resultsOf({ probeMs, nonce }: GuestSabotageInput, answer: string | undefined): ReadonlyMap<string, ProbeResult> | undefined {
  return answer === undefined ? undefined : parseProbeResults(answer, { nonce, timeoutSeconds: Math.ceil(probeMs / 1000) });
}

interface Aftermath {
  readonly sabotage: Sabotage;
  readonly results: ReadonlyMap<string, ProbeResult>;
  readonly fromByte: number;
}

async function rowsAfter(input: GuestSabotageInput, context: Context, { sabotage, results, fromByte }: Aftermath): Promise<readonly CheckRow[]> {
  const { host } = context;
  const { watched } = sabotage;
  const asked = watched.flatMap((row) => {
    const result = results.get(rowKey(row));
    return result === undefined ? [] : [evaluate(row, result)];
  });
  const ruled = watched.filter(({ phase }) => phase === 'console');
  const { serialPath, accelerator } = input.guest.vm;
  const lines = ruled.length === 0 ? [] : consoleLines(await readSerialLog(host, serialPath, fromByte));
  const record = consoleRecord(lines, accelerator);
  return [...asked, ...(await outsideRows(input, context, watched)), ...ruled.map((row) => consoleRow(row, record))];
}

async function outsideRows(input: GuestSabotageInput, context: Context, watched: readonly DeclaredRow[]): Promise<readonly CheckRow[]> {
  const declared = watched.filter(({ phase }) => phase === 'outside');
  if (declared.length === 0) return [];
  const { guest, env, scratchDir, probeMs, nonce, slowness } = input;
  const scanned = declared.some(({ declaration }) => /\bOPEN_(UDP_)?PORTS/.test(declaration.outside?.run ?? ''));
  const quiet = { ...context, say: () => undefined };
  const openPorts = scanned ? await runStageIn(quiet, scanGuestPorts, { guest, slowness }) : input.openPorts;
  return runStageIn(quiet, probeOutside, { guest, declared, env, openPorts, scratchDir, probeMs, nonce });
}

/** After a sabotage there may be no line at all, and that is as calm as it gets. */
function consoleRow(row: DeclaredRow, record: ConsoleRecord): CheckRow {
  return evaluateConsole(row, { ...record, lines: ['(since the sabotage)', ...record.lines] });
}
