import type { Host } from '../host/host.ts';
import type { Proof } from '../model/proof.ts';
import { keepByDigest, readByDigest } from './kept-by-digest.ts';

const folder = 'proofs';

/** Remembers how many saboteurs of a disk were noticed, by its digest: a release of that very disk takes it along. */
export function keepProof(host: Host, buildDir: string, proof: Proof): Promise<void> {
  return keepByDigest(host, { buildDir, folder, sha256: proof.diskDigest }, proof);
}

/** The proof of the disk with this digest; undefined when nobody broke a copy of it here. */
export async function readProof(host: Host, buildDir: string, sha256: string): Promise<Proof | undefined> {
  return (await readByDigest(host, { buildDir, folder, sha256 })) as Proof | undefined;
}
