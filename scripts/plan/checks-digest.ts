import type { ImageSpec } from '../model/image-spec.ts';
import { digestOf } from './digest.ts';

/** Changes with every check, probe, expectation, line of the checklist and limit of the budget: a report answers the checks of its day, not those of today. */
export function checksDigest({ components, checklist, budget }: Pick<ImageSpec, 'components' | 'checklist' | 'budget'>): string {
  return digestOf({ checks: components.flatMap(({ checks }) => checks), checklist, budget });
}
