import type { Expectation } from '../model/check.ts';

/** What a row shows as expected: readable without the component's YAML. */
export function expectedText(expectation: Expectation): string {
  if ('exit' in expectation) return `exit ${expectation.exit}`;
  if ('equals' in expectation) return JSON.stringify(expectation.equals);
  if ('oneOf' in expectation) return `one of ${expectation.oneOf.map((choice) => JSON.stringify(choice)).join(', ')}`;
  if ('matches' in expectation) return `matches /${expectation.matches}/`;
  if ('empty' in expectation) return 'nothing';
  if ('atLeast' in expectation) return `at least ${expectation.atLeast}`;
  if ('known' in expectation) return `no line but ${expectation.known.length} known ones`;
  return `at most ${expectation.atMost}`;
}
