import { expect, test } from 'vitest';
import { parseYaml } from '../../scripts/config/parse-yaml.ts';

const TEXT = `# a comment
id: x
roles:
  small:
    components:
      - web
      - app
  "odd key":
    - &one { a: 1 }
    - *one
flow: { a: [1, 2] }
`;

test.each([
  [[], 2],
  [['id'], 2],
  [['roles', 'small'], 4],
  [['roles', 'small', 'components', 1], 7],
  [['roles', 'odd key', 1, 'a'], 9],
  [['flow', 'a', 1], 11],
  [['roles', 'big', 'components'], 3],
  [['nowhere'], 2],
] as const)('the line of %j is %i', (path, line) => {
  expect(parseYaml('x.yaml', TEXT).yaml?.lineOf(path)).toBe(line);
});

test('values are those of YAML 1.2: no octal, no yes and no, dates are texts', () => {
  expect(parseYaml('x.yaml', 'a: 0600\nb: yes\nc: 2026-11-22\nd: ~\n').yaml?.value).toEqual({ a: 600, b: 'yes', c: '2026-11-22', d: null });
});

test('version 1.1 gives the values that Python gives', () => {
  expect(parseYaml('x.yaml', 'a: 0600\nb: yes\nc: 1:30\nd: off\n', { version: '1.1' }).yaml?.value).toEqual({ a: 384, b: true, c: 90, d: false });
});

test('a secretive file is one whose problems repeat nothing of it', () => {
  expect(parseYaml('x.yaml', 'a: 1', { secretive: true }).yaml?.secretive).toBe(true);
  for (const text of ['x: !hunter2 1', 'hunter2: 1\nhunter2: 2', 'x: *hunter2', '- "hunter2'])
    expect(JSON.stringify(parseYaml('x.yaml', text, { secretive: true }).problems)).not.toContain('hunter2');
});

test.each(['a: &a [*a]', 'a: *nobody'])('%j is a problem, not a crash', (text) => {
  expect(parseYaml('x.yaml', text).problems).toHaveLength(1);
});

test('every duplicate key is named, on its line', () => {
  const { yaml, problems } = parseYaml('x.yaml', 'a: 1\nb:\n  c: 1\n  "c": 2\na: 3\n');
  expect(yaml).toBeUndefined();
  expect(problems.map(({ line, what }) => [line, what])).toEqual([
    [4, 'the key "\\"c\\"" is written twice in one place'],
    [5, 'the key "a" is written twice in one place'],
  ]);
});

test('a NUL byte is found in values and keys, however deep', () => {
  const { yaml, problems } = parseYaml('x.yaml', 'a:\n  - b: "x\\0"\n"c\\0": 1\n');
  expect(yaml).toBeUndefined();
  expect(problems.map(({ line, path }) => [line, path])).toEqual([
    [2, ['a', 0, 'b']],
    [1, []],
  ]);
});
