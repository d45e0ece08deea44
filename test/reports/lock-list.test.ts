import { expect, test } from 'vitest';
import { lockList } from '../../scripts/reports/lock-list.ts';
import { sampleLock } from '../support/sample-spec.ts';

const before = sampleLock();
const after = { ...sampleLock('cd'.repeat(64)), build: '20260801', signedBy: 'A'.repeat(40) };

test('a new build is shown with what it replaces, and who signed it', () => {
  const text = lockList({ kind: 'LockSummary', schemaVersion: 1, written: true, results: [{ distro: 'testian-1', status: 'changed', before, after }] });
  expect(text).toContain('testian-1  changed  20260705 -> 20260801  sha512:cdcdcdcdcdcd  by AAAAAAAAAAAAAAAA');
  expect(text).toContain('commit it');
});

test('other bytes under the same name are pointed out', () => {
  const results = [{ distro: 'testian-1', status: 'changed', before, after: sampleLock('cd'.repeat(64)) }] as const;
  const text = lockList({ kind: 'LockSummary', schemaVersion: 1, written: false, results });
  expect(text).toContain('(other bytes under the same name!)');
  expect(text).toContain('Nothing was written (--dry-run)');
});

test('a vendor that failed keeps its lock, and says why', () => {
  const results = [{ distro: 'testian-1', status: 'failed', before, code: 'NETWORK_UNREACHABLE', what: 'It did not answer', fix: 'Try again' }] as const;
  const text = lockList({ kind: 'LockSummary', schemaVersion: 1, written: true, results });
  expect(text).toContain('testian-1  failed  20260705  as before  NETWORK_UNREACHABLE\ntestian-1: It did not answer\n  Try again\nNothing changed.\n');
});
