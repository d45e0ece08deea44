import type { Budget, Measure } from '../model/budget.ts';
import type { NamedProbe } from './probe-script.ts';
import type { ProbeResult } from './probe-results.ts';

/** Read off the sealed disk, where nothing that runs can hide anything. */
const SEALED_PROBES: Readonly<Partial<Record<Measure, string>>> = {
  packages:
    'if [[ -f $ROOT/var/lib/dpkg/status ]]; then grep -c "^Status: install ok installed" "$ROOT/var/lib/dpkg/status"; else cp -r "$ROOT/var/lib/rpm" "$INGOT_SCRATCH/rpm.counted" && rpm --dbpath "$INGOT_SCRATCH/rpm.counted" -qa | wc -l; fi',
  setuidFiles: 'find "$ROOT" -type f -perm /4000 | wc -l',
};

/** Asked of a machine that has come up and does nothing yet, before any probe works on it. */
const GUEST_PROBES: Readonly<Partial<Record<Measure, string>>> = {
  memoryAtRestMiB: `awk '/^MemTotal:/ { total = $2 } /^MemAvailable:/ { free = $2 } END { printf "%d\\n", (total - free) / 1024 }' /proc/meminfo`,
  listeningSockets: 'ss -H -l -n -t -u | wc -l',
};

const NAME = 'budget ';

/** What has to be run on the sealed disk to measure what the budget limits. */
export function sealedBudgetProbes(budget: Budget | undefined): readonly NamedProbe[] {
  return probesOf(SEALED_PROBES, budget);
}

/** The same in the guest. */
export function guestBudgetProbes(budget: Budget | undefined): readonly NamedProbe[] {
  return probesOf(GUEST_PROBES, budget);
}

/** The numbers that came back of those that were asked for; a probe that failed or printed something else has measured nothing. */
export function budgetNumbers(asked: readonly NamedProbe[], results: ReadonlyMap<string, ProbeResult>): Readonly<Partial<Record<Measure, number>>> {
  const numbers = asked.flatMap(({ name }) => {
    const { exitCode, stdout = '' } = results.get(name) ?? {};
    const text = stdout.trim();
    return exitCode === 0 && /^\d+$/.test(text) ? [[name.slice(NAME.length), Number(text)] as const] : [];
  });
  return Object.fromEntries(numbers);
}

function probesOf(probes: Readonly<Partial<Record<Measure, string>>>, budget: Budget | undefined): readonly NamedProbe[] {
  if (budget === undefined) return [];
  return Object.entries(probes)
    .filter(([measure]) => budget[measure as Measure] !== undefined)
    .map(([measure, run]) => ({ name: `${NAME}${measure}`, run }));
}
