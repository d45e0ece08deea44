import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { freeRangeFunctions } from '../../scripts/checks/free-ranges.ts';
import { DISK_TYPES, diskWithDeleted, type DiskType, type MadeDisk } from '../support/disk-with-deleted.ts';

const TEXTS = ['the first that was deleted', 'the second that was deleted', 'the third that was deleted'];

const UNSETTLED = 'its file system waits for its journal: it was not unmounted, or that is not known';

const disks = new Map<DiskType, MadeDisk>();
beforeAll(() => {
  for (const type of DISK_TYPES) disks.set(type, diskWithDeleted(TEXTS, type));
}, 60_000);
afterAll(() => disks.forEach(({ remove }) => remove()));
const made = (type: DiskType): MadeDisk => disks.get(type) ?? expect.unreachable();

/** What real tools say of a real file system; what comes before the call in the shell may spoil it. */
function list(type: DiskType, before = '', as: string = type): readonly string[] {
  const input = `export LC_ALL=C; set -uo pipefail\n${freeRangeFunctions()}${before}\ningot_free_ranges ${made(type).partitionPath} ${as} 2>&1 || echo "exit $?"\n`;
  return execFileSync('bash', ['-s'], { input, encoding: 'utf8' }).split('\n').slice(0, -1);
}

describe.each(DISK_TYPES)('ingot_free_ranges of %s', (type) => {
  test('are whole blocks in ascending order, none twice', () => {
    let end = 0;
    for (const [at = -1, size = -1] of list(type).map((line) => line.split(' ').map(Number))) {
      expect([at % 4096, size % 4096]).toEqual([0, 0]);
      expect(size).toBeGreaterThan(0);
      expect(at).toBeGreaterThanOrEqual(end);
      end = at + size;
    }
    expect(end).toBeGreaterThan(0);
  });

  test('hold what was deleted, wherever that is, and nothing that is kept', () => {
    const bytes = readFileSync(made(type).partitionPath);
    const free = list(type).map((line) => line.split(' ').map(Number));
    const isFree = (at: number): boolean => free.some(([from = 0, size = 0]) => at >= from && at < from + size);
    for (const text of TEXTS) expect(isFree(bytes.lastIndexOf(text))).toBe(true);
    expect(isFree(bytes.indexOf('kept\n'))).toBe(false);
  });

  test('fail without awk', () => {
    expect(list(type, 'awk() { return 1; }').at(-1)).toBe('exit 1');
  });
});

describe('ingot_free_ranges', () => {
  test.each([
    ['the file system cannot be read', 'dumpe2fs() { return 1; }'],
    ['a bitmap is missing', 'dumpe2fs() { command dumpe2fs "$@" | grep -v "^  Free blocks: "; }'],
  ])('of ext4 fail when %s', (_title, before) => {
    expect(list('ext4', before).at(-1)).toBe('exit 1');
  });

  test('of ext4 are not told while its journal waits', () => {
    const before = 'dumpe2fs() { command dumpe2fs "$@" | sed "/^Filesystem features:/s/$/ needs_recovery/"; }';
    expect(list('ext4', before)).toEqual([UNSETTLED, 'exit 3']);
  });

  test.each([
    ['the file system cannot be read', 'xfs_db() { return 1; }'],
    ['the list ends early', 'xfs_db() { command xfs_db "$@" | sed "/^ *3 *[0-9]* *[0-9]*$/d"; }'],
    ['one range is missing', 'xfs_db() { command xfs_db "$@" | sed "/^ *1 *6 *1$/d"; }'],
    ['the head of a group cannot be read', 'xfs_db() { command xfs_db "$@" | awk "!/^freeblks/ || found++"; }'],
    [
      'a group cannot be read at all',
      `xfs_db() { command xfs_db "$@" | awk '!(/^freeblks/ && ++f == 4 || /^flcount/ && ++l == 4 || /^ *3 +[0-9]+ +[0-9]+$/)'; }`,
    ],
    ['there are no groups', 'xfs_db() { echo "agcount = 0"; }'],
    ['it does not say how many groups there are', 'xfs_db() { [[ $* == *agcount* ]] || command xfs_db "$@"; }'],
  ])('of XFS fail when %s', (_title, before) => {
    expect(list('xfs', before).at(-1)).toBe('exit 1');
  });

  test.each([
    ['holds something', 'xfs_logprint() { echo "    log tail: 2 head: 3327 state: <DIRTY>"; }'],
    ['cannot be read', 'xfs_logprint() { return 1; }'],
  ])('of XFS fail when its log %s: what is in there may not be free any more', (_title, before) => {
    expect(list('xfs', before)).toEqual([UNSETTLED, 'exit 3']);
  });

  test('of XFS are in ascending order in whatever order its groups tell them', () => {
    const reversed = `awk 'NF == 3 && $1 ~ /^[0-9]+$/ { last = $0 "\\n" last; next } { print } END { printf "%s", last }'`;
    expect(list('xfs', `xfs_db() { command xfs_db "$@" | ${reversed}; }`)).toEqual(list('xfs'));
  });

  test('of XFS name the package that brings the tools', () => {
    const before = 'command() { [[ $* != "-v xfs_db" ]] && builtin command "$@"; }';
    expect(list('xfs', before)).toEqual(['its file system is XFS: install xfsprogs on the host', 'exit 127']);
  });

  test.each([
    ['btrfs', 'the free space of btrfs is not looked into'],
    ['""', 'the free space of no known file system is not looked into'],
  ])('of another file system (%s) are not known', (as, why) => {
    expect(list('ext4', '', as)).toEqual([why, 'exit 127']);
  });
});
