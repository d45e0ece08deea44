import { describe, expect, test } from 'vitest';
import { withScope, type Scope } from '../../scripts/host/scope.ts';

/** Registers named clean-ups and notes the order in which they run. */
function noting(log: string[]): (scope: Scope) => void {
  return (scope) => {
    scope.always('first', () => void log.push('first'));
    scope.onFailure('half-made', () => void log.push('half-made'));
    scope.always('last', async () => {
      await Promise.resolve();
      log.push('last');
    });
  };
}

describe('withScope', () => {
  test('gives back what work resolves with, after the clean-ups: last in, first out, without those for failures', async () => {
    const log: string[] = [];
    const result = await withScope((scope) => {
      noting(log)(scope);
      log.push('work');
      return Promise.resolve(42);
    });
    expect(result).toBe(42);
    expect(log).toEqual(['work', 'last', 'first']);
  });

  test('undoes a half-made result when work fails, in the same order, and passes the very error on', async () => {
    const log: string[] = [];
    const error = new Error('work');
    const run = withScope((scope) => {
      noting(log)(scope);
      return Promise.reject(error);
    });
    await expect(run).rejects.toBe(error);
    expect(log).toEqual(['last', 'half-made', 'first']);
  });

  test('runs what was registered before work threw, and nothing else', async () => {
    const log: string[] = [];
    const run = withScope((scope) => {
      scope.always('early', () => void log.push('early'));
      if (log.length === 0) throw new Error('at once');
      scope.always('late', () => void log.push('late'));
      return Promise.resolve();
    });
    await expect(run).rejects.toThrow('at once');
    expect(log).toEqual(['early']);
  });

  test('goes on after a clean-up that fails, and never hides the first error', async () => {
    const log: string[] = [];
    const run = withScope((scope) => {
      scope.always('lower', () => void log.push('lower'));
      scope.always('broken', () => Promise.reject(new Error('clean-up')));
      return Promise.reject(new Error('work'));
    });
    await expect(run).rejects.toThrow('work');
    expect(log).toEqual(['lower']);
  });

  test('fails with the first failure of a clean-up when work went well, and still runs the others', async () => {
    const log: string[] = [];
    const run = withScope((scope) => {
      scope.always('lowest', () => void log.push('lowest'));
      scope.always('second', () => {
        throw new Error('second');
      });
      scope.always('first', () => Promise.reject(new Error('first')));
      return Promise.resolve('result');
    });
    await expect(run).rejects.toThrow('first');
    expect(log).toEqual(['lowest']);
  });

  test('an inner scope ends before the outer one', async () => {
    const log: string[] = [];
    await withScope(async (outer) => {
      outer.always('outer', () => void log.push('outer'));
      await withScope((inner) => {
        inner.always('inner', () => void log.push('inner'));
        return Promise.resolve();
      });
      log.push('between');
    });
    expect(log).toEqual(['inner', 'between', 'outer']);
  });
});
