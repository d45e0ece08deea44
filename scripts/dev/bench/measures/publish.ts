import { join } from 'node:path';
import type { Host } from '../../../host/host.ts';
import type { Say } from '../../../model/event.ts';
import { publishArtifact } from '../../../pipelines/publish-artifact.ts';
import { lapsText, medianLap, type Lap, type Measured } from '../line.ts';
import { sampleRelease } from '../sample-releases.ts';
import { timed } from '../stopwatch.ts';

const SIZE_MIB = 1024;

export interface StoreLab {
  readonly distro: string;
  readonly runs: number;
  readonly dir: string;
  readonly say: Say;
}

/** Publishing a disk to a folder, against the slower of reading that disk and hashing it: a publication that reads it twice shows. */
export async function measurePublish(host: Host, { distro, runs, dir, say }: StoreLab): Promise<Measured> {
  const [ours, reads, digests]: [Lap[], Lap[], Lap[]] = [[], [], []];
  for (let run = 1; run <= runs; run += 1) {
    const storeLocation = join(dir, `published-${run}`);
    const sample = await sampleRelease(host, { distro, dir, number: run, sizeMiB: SIZE_MIB });
    await host.run(['sync']);
    const { diskPath } = sample.artifact;
    reads.push(await timed(host, () => host.run(['dd', `if=${diskPath}`, 'of=/dev/null', 'bs=1M', 'status=none'])));
    digests.push(await timed(host, () => host.files.digest(diskPath)));
    ours.push(await timed(host, () => publishArtifact({ host: unsigned(host), say }, { ...sample, storeLocation, buildDir: dir })));
    await host.files.remove(storeLocation);
    await host.files.remove(diskPath);
  }
  const [read, digest] = [medianLap(reads), medianLap(digests)];
  const speed = ({ seconds }: Lap): string => `${Math.round(SIZE_MIB / seconds)} MiB/s`;
  const notes = [`publish ${speed(medianLap(ours))}, reading ${speed(read)}, SHA-256 ${speed(digest)}, ${SIZE_MIB} MiB`, lapsText(ours)];
  return { ours: medianLap(ours), peer: read.seconds > digest.seconds ? read : digest, notes };
}

/** Signing is ssh-keygen's time, and would make a key for a person who asked for none. */
export const UNSIGNED = { INGOT_SIGNING_KEY: 'none', INGOT_UNSIGNED: '1' } as const;

export function unsigned(host: Host): Host {
  return { ...host, facts: { ...host.facts, env: { ...host.facts.env, ...UNSIGNED } } };
}
