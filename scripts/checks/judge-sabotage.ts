import type { CheckRow, Phase } from '../model/check.ts';
import type { SabotageOutcome, SabotageRow } from '../model/proof.ts';
import { cleanText } from './console-lines.ts';
import { probeOf } from './declared-rows.ts';
import { expectedText } from './expected-text.ts';
import type { ProbeResult } from './probe-results.ts';
import type { Sabotage } from './sabotages.ts';

const LONGEST_COMPLAINT = 300;

/** Everything that was seen around one sabotage. A row that did not come is absent. */
export interface SabotageEvidence {
  /** Rows of the untouched machine. */
  readonly before: readonly CheckRow[];
  readonly after: readonly CheckRow[];
  readonly saboteur: ProbeResult | undefined;
  readonly seconds: number;
}

/**
 * Says whether a check noticed its saboteur. What was not green before proves nothing by being red afterwards, and silence is not red: a probe has to answer with
 * something else than a pass. A mute takes the question away only where the check really fails on the good disk.
 */
export function judgeSabotage(sabotage: Sabotage, { before, after, saboteur, seconds }: SabotageEvidence): SabotageRow {
  const { declaration, watched, mute } = sabotage;
  const passed = (rows: readonly CheckRow[], phase: Phase): boolean => rows.some((row) => row.phase === phase && row.outcome === 'pass');
  const phases = watched.map(({ phase }) => phase).filter((phase) => passed(before, phase));
  const red = after.filter(({ phase, outcome }) => phases.includes(phase) && outcome !== 'pass');
  const answered = after.filter(({ phase }) => phases.includes(phase));
  const failing = before.find((row) => row.outcome !== 'pass');
  const muted = failing === undefined ? undefined : mute;
  const outcome = muted === undefined ? outcomeOf({ greenBefore: phases.length, answered: answered.length, red: red.length }) : 'muted';
  const telling = outcome === 'not-green' || outcome === 'muted' ? failing : (red[0] ?? answered[0]);
  return {
    check: declaration.id,
    subject: declaration.component,
    property: declaration.title,
    saboteur: declaration.saboteur,
    outcome,
    red: red.map(({ phase }) => phase),
    green: answered.filter((row) => row.outcome === 'pass').map(({ phase }) => phase),
    expected: telling?.expected ?? expectedOf(sabotage),
    found: telling?.found ?? (watched.length === 0 ? 'no probe looks where the saboteur works' : 'no answer came'),
    ...complaintOf(saboteur),
    ...(muted === undefined ? {} : { muted }),
    seconds: Math.round(seconds * 100) / 100,
  };
}

function outcomeOf({ greenBefore, answered, red }: { readonly greenBefore: number; readonly answered: number; readonly red: number }): SabotageOutcome {
  if (greenBefore === 0) return 'not-green';
  if (red > 0) return 'killed';
  return answered < greenBefore ? 'not-run' : 'survived';
}

function expectedOf({ watched }: Sabotage): string {
  const probe = watched.map(probeOf).find((found) => found !== undefined);
  return probe === undefined ? '' : expectedText(probe.expect);
}

function complaintOf(saboteur: ProbeResult | undefined): Pick<SabotageRow, 'complaint'> {
  if (saboteur === undefined || saboteur.exitCode === 0) return {};
  const words = saboteur.stderr.trimEnd().split('\n').at(-1) || saboteur.stdout.trimEnd().split('\n').at(-1) || 'no word';
  return { complaint: cleanText(`exit ${saboteur.exitCode}: ${words}`, LONGEST_COMPLAINT) };
}
