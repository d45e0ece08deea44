import { describe, expect, test } from 'vitest';
import type { Repository } from '../../scripts/model/distro.ts';
import { atPlace, placesOf, settlePlaces } from '../../scripts/plan/places.ts';
import { sampleDistro, sampleSpec } from '../support/sample-spec.ts';

const LIVE = sampleDistro().repositories[0] as Repository;
const BOTH: Repository = { ...LIVE, archive: { mirror: 'old', suite: 'first-archive', frozen: true }, snapshot: { mirror: 'snap', suite: 'first' } };
const names = (repository: Repository, archiveFirst = false): readonly string[] => placesOf(repository, archiveFirst).map(({ name }) => name);

describe('places', () => {
  test('are tried live, archive, snapshot, as far as they are described', () => {
    expect(names(LIVE)).toEqual(['live']);
    expect(names(BOTH)).toEqual(['live', 'archive', 'snapshot']);
  });

  test('or as the repository says, or archives first for a distro past its end', () => {
    expect(names({ ...BOTH, places: ['archive'] })).toEqual(['archive']);
    expect(names(BOTH, true)).toEqual(['archive', 'snapshot', 'live']);
    expect(names(LIVE, true)).toEqual(['live']);
  });

  test('change where a repository is, and nothing when it is live', () => {
    const [live, archive] = placesOf(BOTH, false);
    expect(atPlace(BOTH, live)).toBe(BOTH);
    expect(atPlace(BOTH, archive)).toMatchObject({ id: 'first', mirror: 'old', suite: 'first-archive', frozen: true });
    const spec = sampleSpec();
    expect(settlePlaces(spec, new Map())).toEqual(spec);
  });
});
