import { expect, test } from 'vitest';
import { osRelease, REHEARSAL_KEY, rehearsalSpec } from '../../scripts/plan/rehearsal-spec.ts';
import { sampleDistro, sampleSpec } from '../support/sample-spec.ts';

test('a rehearsal changes where packages come from and who signs them, and nothing else', () => {
  const spec = sampleSpec({ keys: [{ id: 'vendor', fingerprint: 'A'.repeat(40) }] });
  const rehearsed = rehearsalSpec(spec);
  expect(rehearsed.mirrors.map(({ url, bakeUrl }) => [url, bakeUrl])).toEqual([
    ['http://public.example/testian', 'file:///run/rehearsal/mirrors/testian'],
    ['http://vendor.example/debs', 'file:///run/rehearsal/mirrors/vendor'],
  ]);
  expect(rehearsed.keys?.[0]?.file?.source).toBe(REHEARSAL_KEY);
  expect({ ...rehearsed, mirrors: spec.mirrors, keys: spec.keys }).toEqual(spec);
});

test('os-release is what the vendor writes', () => {
  const text = osRelease(sampleSpec({ distro: sampleDistro({ title: 'CentOS Stream 9', version: '9', os: { id: 'centos', like: 'rhel fedora' } }) }));
  expect(text).toBe('NAME="CentOS Stream"\nID="centos"\nID_LIKE="rhel fedora"\nVERSION_ID="9"\nPRETTY_NAME="CentOS Stream 9"\n');
});
