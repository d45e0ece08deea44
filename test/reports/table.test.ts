import { expect, test } from 'vitest';
import { table } from '../../scripts/reports/table.ts';

test('columns are aligned, the last is not padded, a wide cell is cut', () => {
  expect(
    table(
      [
        ['a', 'bb', 'c'],
        ['aaaa', 'b', 'cc'],
      ],
      { indent: '' },
    ),
  ).toEqual(['a     bb  c', 'aaaa  b   cc']);
  expect(table([['abcdefgh', 'x']], { indent: '', widest: 4 })).toEqual(['abc…  x']);
  expect(table([])).toEqual([]);
});
