import { BakeError } from '../errors.ts';
import { compareDotted } from '../model/dotted-version.ts';

/** The lines of a pip lock that hold for one Python, without their markers: pip itself asks the Python that it runs on, not the one that it fetches for. */
export function requirementsFor(lock: string, python: string): string {
  const kept: string[] = [];
  let holds = true;
  for (const line of lock.split('\n')) {
    const marked = /^(?<requirement>[^\s#;]+)\s*;(?<marker>.*?)(?<rest>\\?)$/.exec(line);
    if (/^\S/.test(line)) holds = marked === null || markerHolds(marked.groups?.['marker'] ?? '', python);
    if (!holds) continue;
    kept.push(marked === null ? line : `${marked.groups?.['requirement']} ${marked.groups?.['rest']}`.trimEnd());
  }
  return kept.join('\n');
}

const COMPARISONS: Readonly<Record<string, (difference: number) => boolean>> = {
  '<': (difference) => difference < 0,
  '<=': (difference) => difference <= 0,
  '==': (difference) => difference === 0,
  '>=': (difference) => difference >= 0,
  '>': (difference) => difference > 0,
};

function markerHolds(marker: string, python: string): boolean {
  const [, operator = '', version = ''] = /^\s*python_version\s*(<=?|>=?|==)\s*"(\d+\.\d+)"\s*$/.exec(marker) ?? [];
  const holds = COMPARISONS[operator];
  if (holds !== undefined) return holds(compareDotted(python, version));
  throw new BakeError('CONFIG_INVALID', {
    what: `A marker in a pip lock cannot be read: ${marker.trim()}`,
    fix: 'Write it as python_version < "3.11" (or <=, ==, >=, >)',
  });
}
