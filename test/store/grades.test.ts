import { expect, test } from 'vitest';
import { keepGrades, readGrades } from '../../scripts/store/grades.ts';
import { GRADES } from '../reports/sample-grades.ts';
import { fakeHost } from '../support/fake-host.ts';

test('grades are remembered by the digest of the disk', async () => {
  const host = fakeHost();
  expect(await readGrades(host, host.dir, GRADES.diskSha256)).toBeUndefined();
  await keepGrades(host, host.dir, GRADES);
  expect(await readGrades(host, host.dir, GRADES.diskSha256)).toEqual(GRADES);
  expect(await readGrades(host, host.dir, 'b'.repeat(64))).toBeUndefined();
});
