import type { RehearsalRow } from '../model/rehearsal.ts';

/** What a rehearsal showed, from what its layers and checks printed: the layer that ended it, or the rows of its checks. */
export function rehearsalRows(lines: readonly string[], exitCode: number | undefined): readonly RehearsalRow[] {
  const layers = lines.flatMap((line) => /^layer (\w+)$/.exec(line)?.[1] ?? []);
  const checks = lines.flatMap((line) => checkRow(line) ?? []);
  const ran = layers.map((layer, index): RehearsalRow => {
    const failed = exitCode !== 0 && index === layers.length - 1;
    return { what: `layer ${layer} runs`, by: 'real', outcome: failed ? 'fail' : 'pass', detail: failed ? lastWords(lines) : '' };
  });
  if (layers.length > 0) return [...ran, ...checks];
  return [{ what: 'the root is entered', by: 'real', outcome: 'fail', detail: lastWords(lines) }];
}

function checkRow(line: string): RehearsalRow | undefined {
  const [kind, what, by, outcome, detail = ''] = line.split('\t');
  if (kind !== 'check' || what === undefined || (by !== 'real' && by !== 'stand-in')) return undefined;
  return { what, by, outcome: outcome === 'pass' ? 'pass' : 'fail', detail: detail.trim() };
}

/** What dnf says each time in a root without the package of a distro's release: it goes on. */
const NOTHING_TO_SAY = /^\s*$|^check\t|^Unable to detect release version/;

/** The line that says why, else the last that says anything. */
function lastWords(lines: readonly string[]): string {
  const said = lines.filter((line) => !NOTHING_TO_SAY.test(line));
  const reason = said.filter((line) => /^(ingot:|E:|Error|error|dpkg: error)|: command not found|No such file|unable to/i.test(line)).slice(-3);
  return (reason.length > 0 ? reason : said.slice(-3)).join(' | ').slice(0, 500);
}
