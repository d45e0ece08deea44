import { expect, test } from 'vitest';
import { problemLine, quoted, throwIfInvalid } from '../../scripts/config/problem.ts';

const at = (file: string, line: number, path: readonly (string | number)[] = []) => ({ file, line, path, what: 'w', fix: 'f' });

test.each([
  [[], '(top)'],
  [['a', 'b-c', 0, 'd'], 'a.b-c[0].d'],
  [['files', '/etc/x y'], 'files["/etc/x y"]'],
])('the path %j reads %s', (path, text) => {
  expect(problemLine(at('x.yaml', 3, path))).toBe(`x.yaml:3: ${text}: w; f`);
});

test('no problem is no error; several are one, sorted, each once', () => {
  expect(() => throwIfInvalid([])).not.toThrow();
  expect(() => throwIfInvalid([at('b', 1), at('a', 10), at('a', 9), at('b', 1)])).toThrow(
    expect.objectContaining({
      code: 'CONFIG_INVALID',
      exitStatus: 2,
      what: 'The configuration has 3 problems',
      details: ['a:9: (top): w; f', 'a:10: (top): w; f', 'b:1: (top): w; f'],
    }),
  );
});

test('a quoted value stays on one line and short', () => {
  expect(quoted('a\nb')).toBe('"a\\nb"');
  expect(quoted('x'.repeat(200))).toHaveLength(78);
});
