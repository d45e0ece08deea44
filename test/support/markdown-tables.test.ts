import { expect, test } from 'vitest';
import { codeSpans, markdownRows } from './markdown-tables.ts';

test('rows carry their heading, line and cells; bars behind a backslash are text', () => {
  const text = ['# One', '', '| A | B |', '|---|:-:|', '| 1 | `x \\| y` |', '|2||', '', '## Two ##', '| C |', '| --- |', '| 3 |'].join('\n');
  expect(markdownRows(text)).toEqual([
    { heading: 'One', line: 5, cells: { A: '1', B: '`x | y`' } },
    { heading: 'One', line: 6, cells: { A: '2', B: '' } },
    { heading: 'Two', line: 11, cells: { C: '3' } },
  ]);
});

test('what is fenced is no table and no heading', () => {
  expect(markdownRows('# One\n```\n# Two\n| A |\n|---|\n| 1 |\n```\n| B |\n|---|\n| 2 |')).toEqual([{ heading: 'One', line: 10, cells: { B: '2' } }]);
});

test('a row that lost a cell is refused', () => {
  expect(() => markdownRows('| A | B |\n|---|---|\n| 1 |')).toThrow('line 3: 1 cells below a head of 2');
});

test('code spans', () => {
  expect(codeSpans('`a`, ``b`c`` and `d.*`')).toEqual(['a', 'b`c', 'd.*']);
});
