import type { BootChart, BootUnit } from '../model/boot-chart.ts';
import type { NamedProbe } from './probe-script.ts';
import type { ProbeResult } from './probe-results.ts';

const NAME = 'boot-chart';
const SHOWN_UNITS = 18;

/** Asks the service manager when each unit began and when it was up; one call, one line a unit that took a time worth a bar. */
export const BOOT_CHART_PROBE: NamedProbe = {
  name: NAME,
  run: `systemctl show --property=UserspaceTimestampMonotonic,FinishTimestampMonotonic
systemctl show '*' --property=Id,InactiveExitTimestampMonotonic,ActiveEnterTimestampMonotonic | awk -F= '
  function flush() { if (up > from && from > 0 && up - from >= 50000) printf "unit %d %d %s\\n", from, up, id; id = ""; from = up = 0 }
  /^$/ { flush() }
  $1 == "Id" { id = $2 }
  $1 == "InactiveExitTimestampMonotonic" { from = $2 }
  $1 == "ActiveEnterTimestampMonotonic" { up = $2 }
  END { flush() }'`,
};

/** Reads the answer; undefined when there is none that makes sense. A chart proves nothing, so nothing hangs on it. */
export function bootChart(results: ReadonlyMap<string, ProbeResult>): BootChart | undefined {
  const text = results.get(NAME)?.stdout ?? '';
  const stamp = (property: string): number => Number(new RegExp(`^${property}=(\\d+)$`, 'm').exec(text)?.[1] ?? 0) / 1e6;
  const userspaceSeconds = stamp('UserspaceTimestampMonotonic');
  const units = [...text.matchAll(/^unit (\d+) (\d+) ([\w@:.\\-]{1,120})$/gm)].map(([, from, up, name = '']): BootUnit => {
    const startSeconds = Number(from) / 1e6;
    return { name, startSeconds, seconds: Number(up) / 1e6 - startSeconds };
  });
  const finishedSeconds = Math.max(stamp('FinishTimestampMonotonic'), userspaceSeconds);
  if (finishedSeconds === 0 || units.length === 0) return undefined;
  const duringBoot = units.filter(({ startSeconds }) => startSeconds <= finishedSeconds);
  const longest = duringBoot.toSorted((a, b) => b.seconds - a.seconds).slice(0, SHOWN_UNITS);
  return { userspaceSeconds, finishedSeconds, units: longest.toSorted((a, b) => a.startSeconds - b.startSeconds) };
}
