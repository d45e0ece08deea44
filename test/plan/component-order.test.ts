import { describe, expect, test } from 'vitest';
import { BakeError } from '../../scripts/errors.ts';
import { orderComponents } from '../../scripts/plan/component-order.ts';
import { sampleComponent } from '../support/sample-spec.ts';

const ids = (afters: Readonly<Record<string, readonly string[]>>): readonly string[] =>
  orderComponents(Object.entries(afters).map(([id, after]) => sampleComponent(id, { after }))).map(({ id }) => id);

describe('orderComponents', () => {
  test('puts what is waited for first', () => {
    expect(ids({ a: ['z'], m: ['a'], z: [] })).toEqual(['z', 'a', 'm']);
  });

  test('settles ties by id, whatever the order on disk', () => {
    expect(ids({ c: [], a: [], b: [] })).toEqual(['a', 'b', 'c']);
    expect(ids({ b: [], c: [], a: [] })).toEqual(['a', 'b', 'c']);
  });

  test('takes the smallest that is ready, again after each one', () => {
    expect(ids({ b: [], a: ['b'], c: [] })).toEqual(['b', 'a', 'c']);
  });

  test('ignores ids that the image does not use', () => {
    expect(ids({ a: ['not-here'], b: [] })).toEqual(['a', 'b']);
  });

  test('has nothing to say about nothing', () => {
    expect(ids({})).toEqual([]);
  });

  test.each([
    [{ a: ['b'], b: ['c'], c: ['a'] }, 'a → b → c → a'],
    [{ a: ['a'] }, 'a → a'],
    [{ a: ['m'], m: ['n'], n: ['m'] }, 'm → n → m'],
  ])('names the circle of %j', (afters, circle) => {
    const error = (() => {
      try {
        return ids(afters);
      } catch (thrown) {
        return thrown;
      }
    })();
    expect(error).toBeInstanceOf(BakeError);
    expect(error).toMatchObject({ code: 'CONFIG_INVALID', what: expect.stringContaining(circle) as string });
  });
});
