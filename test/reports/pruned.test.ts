import { expect, test } from 'vitest';
import { pruned } from '../../scripts/reports/pruned.ts';

const DISK = { sha256: 'a'.repeat(64), sizeBytes: 2 ** 29 };
const NOTHING = { kept: [], dropped: [], droppedDisks: [], freedBytes: 0 };

test('a dry run with something to do says how it is done; with nothing, nothing', () => {
  expect(pruned({ ...NOTHING, applied: false, droppedDisks: [DISK], freedBytes: DISK.sizeBytes })).toBe(
    '  would drop  fetched disk aaaaaaaaaaaa  512 MiB\n0 releases and 1 fetched disk would be dropped, 512 MiB; give --yes to do it\n',
  );
  expect(pruned({ ...NOTHING, applied: false })).toBe('0 releases would be dropped, 0 B\n');
});

test('what was done is said as done', () => {
  expect(pruned({ ...NOTHING, applied: true, droppedDisks: [DISK, DISK], freedBytes: 2 ** 30 })).toContain('0 releases and 2 fetched disks dropped, 1.0 GiB\n');
});
