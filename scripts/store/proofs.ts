import { join } from 'node:path';
import type { Host } from '../host/host.ts';
import type { Proof } from '../model/proof.ts';

/** Remembers how many saboteurs of a disk were noticed, by its digest: a release of that very disk takes it along. */
export async function keepProof(host: Host, buildDir: string, proof: Proof): Promise<void> {
  await host.files.makeDir(join(buildDir, 'proofs'));
  await host.files.writeText(pathOf(buildDir, proof.diskDigest), `${JSON.stringify(proof, undefined, 2)}\n`);
}

/** The proof of the disk with this digest; undefined when nobody broke a copy of it here. */
export async function readProof(host: Host, buildDir: string, sha256: string): Promise<Proof | undefined> {
  const path = pathOf(buildDir, sha256);
  return (await host.files.exists(path)) ? (JSON.parse(await host.files.readText(path)) as Proof) : undefined;
}

function pathOf(buildDir: string, sha256: string): string {
  return join(buildDir, 'proofs', `${sha256}.json`);
}
