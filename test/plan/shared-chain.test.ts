import { describe, expect, test } from 'vitest';
import type { LayerRecord } from '../../scripts/model/layer-record.ts';
import { chooseShared, type ChainLink } from '../../scripts/plan/shared-chain.ts';

const NAMES = ['compact', 'configure', 'sealed'];
const record = (name: string, sha256: string, parentSha256?: string): LayerRecord => ({
  ...{ kind: 'LayerRecord', schemaVersion: 1, key: name, name, imageId: 'shop', sha256, sizeBytes: 1 },
  parent: parentSha256 === undefined ? null : { key: 'below', sha256: parentSha256 },
});
const SHARED = [record('compact', 'c1'), record('configure', 'f1', 'c1'), record('sealed', 's1', 'f1')];

/** A chain of which some disks are here, and some records are shared. */
function chain(local: readonly string[], records: readonly (LayerRecord | undefined)[] = SHARED): readonly ChainLink[] {
  return NAMES.map((name, at) => ({ name, localSha256: local[at], record: records[at] }));
}
const fetched = (links: readonly ChainLink[]): readonly string[] => chooseShared(links).fetch.map(({ sha256 }) => sha256);

describe('what is fetched', () => {
  test('from nothing: the whole chain, lowest first', () => {
    expect(chooseShared(chain([]))).toEqual({ fetch: SHARED, refused: [] });
  });

  test('nothing when nothing is shared, or all is here', () => {
    expect(chooseShared(chain([], []))).toEqual({ fetch: [], refused: [] });
    expect(chooseShared(chain(['x', 'y', 'z']))).toEqual({ fetch: [], refused: [] });
  });

  test('what is here with the same content is not fetched again', () => {
    expect(fetched(chain(['c1']))).toEqual(['f1', 's1']);
    expect(fetched(chain(['c1', 'f1']))).toEqual(['s1']);
  });

  test('the whole chain once more, when this machine made other bytes of the same key and others are further', () => {
    expect(fetched(chain(['c2']))).toEqual(['c1', 'f1', 's1']);
    expect(fetched(chain(['c1', 'f2']))).toEqual(['f1', 's1']);
  });

  test('a parent whose record is gone is as good when it is here', () => {
    expect(fetched(chain(['c1'], [undefined, SHARED[1], SHARED[2]]))).toEqual(['f1', 's1']);
  });

  test('as far up as the chain holds', () => {
    expect(fetched(chain([], [SHARED[0], SHARED[1]]))).toEqual(['c1', 'f1']);
    expect(fetched(chain([], [SHARED[0]]))).toEqual(['c1']);
  });

  test('nothing that is no longer than what is here', () => {
    expect(fetched(chain(['c2'], [SHARED[0]]))).toEqual([]);
  });
});

describe('what is refused, and why', () => {
  test('a layer whose parent is nowhere', () => {
    expect(chooseShared(chain([], [undefined, undefined, SHARED[2]]))).toEqual({
      fetch: [],
      refused: [{ name: 'sealed', why: 'the configure that it stands on is neither here nor shared' }],
    });
  });

  test('a layer that was made on other bytes than those that are shared; what is below it is fetched', () => {
    const foreign = record('sealed', 's1', 'f9');
    expect(chooseShared(chain([], [SHARED[0], SHARED[1], foreign]))).toEqual({
      fetch: [SHARED[0], SHARED[1]],
      refused: [{ name: 'sealed', why: 'it stands on another configure than the one that is shared' }],
    });
  });

  test('layers that were made on other bytes than those that are here', () => {
    expect(chooseShared(chain(['c2'], [undefined, SHARED[1], SHARED[2]])).refused).toEqual([
      { name: 'sealed', why: 'it stands on another compact than the one that is here' },
      { name: 'configure', why: 'it stands on another compact than the one that is here' },
    ]);
  });
});
