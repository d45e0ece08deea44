import { expect, test } from 'vitest';
import { keepProof, readProof } from '../../scripts/store/proofs.ts';
import { sampleProof } from '../reports/sample-proof.ts';
import { fakeHost } from '../support/fake-host.ts';

test('a proof is remembered by the digest of the disk', async () => {
  const host = fakeHost();
  const proof = sampleProof(['killed'], { diskDigest: 'a'.repeat(64) });
  expect(await readProof(host, host.dir, proof.diskDigest)).toBeUndefined();
  await keepProof(host, host.dir, proof);
  expect(await readProof(host, host.dir, proof.diskDigest)).toEqual(proof);
  expect(await readProof(host, host.dir, 'b'.repeat(64))).toBeUndefined();
});
