import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { renderLock } from '../../scripts/render/lock-file.ts';
import { sampleLock } from '../support/sample-spec.ts';

test('a lock is read back as it was written, and its numbers are texts', () => {
  const lock = { ...sampleLock(), build: '287', signedBy: 'A'.repeat(40) };
  expect(parse(renderLock(lock))).toEqual(lock);
  expect(renderLock(lock)).toContain('build: "287"\n');
  expect(parse(renderLock({ ...lock, signedBy: null }))).toMatchObject({ signedBy: null });
});

test('it says how it was made, and a change is a change of one line', () => {
  const [head] = renderLock(sampleLock()).split('\n');
  expect(head).toBe("# Which build of the vendor's image is used. Written by: npm run lock -- --distro testian-1");
  expect(renderLock(sampleLock()).split('\n')).toHaveLength(9);
});
