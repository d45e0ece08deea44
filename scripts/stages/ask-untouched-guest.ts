import { probeOf, rowKey, type DeclaredRow } from '../checks/declared-rows.ts';
import { evaluate } from '../checks/evaluate.ts';
import { parseProbeResults } from '../checks/probe-results.ts';
import { greenOrder } from '../checks/saboteur-agent.ts';
import { guestProbes } from '../checks/sabotages.ts';
import type { CheckRow } from '../model/check.ts';
import type { OpenPorts } from '../model/open-ports.ts';
import type { Dialogue } from '../tools/serial-dialogue.ts';
import type { RunningGuest } from './boot-vm.ts';
import { probeOutside } from './probe-outside.ts';
import { readConsole } from './read-console.ts';
import { runStageIn, type Stage } from './stage.ts';

export interface UntouchedInput {
  readonly guest: RunningGuest;
  readonly dialogue: Dialogue;
  readonly watched: readonly DeclaredRow[];
  readonly env: Readonly<Record<string, string>>;
  readonly openPorts: OpenPorts;
  readonly scratchDir: string;
  readonly probeMs: number;
  readonly nonce: string;
  /** The guest's processors: so many probes run at once. */
  readonly cpus: number;
}

/** A serial line holds what nobody has read yet, but not without end. */
const PROBES_AN_ORDER = 24;

/** What the untouched machine answers: a check that is red already can prove nothing. */
export const askUntouchedGuest: Stage<UntouchedInput, readonly CheckRow[]> = {
  name: 'ask-untouched-guest',
  title: 'Ask the machine before anything is broken',
  run: async ({ guest, dialogue, watched, env, openPorts, scratchDir, probeMs, nonce, cpus }, context) => {
    const probes = guestProbes(watched);
    let answers = '';
    for (let at = 0; at < probes.length; at += PROBES_AN_ORDER) {
      const some = probes.slice(at, at + PROBES_AN_ORDER);
      answers += `${(await dialogue.ask(greenOrder(some, cpus), probeMs * (1 + some.length))) ?? ''}\n`;
    }
    const results = parseProbeResults(answers, { nonce, timeoutSeconds: Math.ceil(probeMs / 1000) });
    const inside = watched.flatMap((row) => {
      const result = probeOf(row) === undefined ? undefined : results.get(rowKey(row));
      return result === undefined ? [] : [evaluate(row, result)];
    });
    const of = (phase: DeclaredRow['phase']): readonly DeclaredRow[] => watched.filter((row) => row.phase === phase);
    const outside = await runStageIn(context, probeOutside, { guest, env, openPorts, scratchDir, probeMs, nonce, declared: of('outside') });
    const console = await runStageIn(context, readConsole, { vm: guest.vm, declared: of('console') });
    return [...inside, ...outside, ...console];
  },
};
