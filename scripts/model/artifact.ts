import type { Document } from './document.ts';

export interface StageTime {
  readonly name: string;
  readonly seconds: number;
  /** From the beginning of what it is a part of; absent from reports of earlier days. */
  readonly startedSeconds?: number;
}

/** What came out of a bake: one finished, compressed, stand-alone disk and its digest. Parent: the BuildPlan. */
export interface Artifact extends Document<'Artifact'> {
  readonly imageId: string;
  /** Key of the sealed layer: equal keys mean equal inputs. */
  readonly key: string;
  readonly distro: string;
  readonly image: string;
  readonly role: string;
  readonly driver: 'native' | 'vm';
  readonly diskPath: string;
  readonly sha256: string;
  readonly sizeBytes: number;
  readonly virtualSizeBytes: number;
  readonly compression: 'zstd' | 'zlib';
  /** `name version architecture`, sorted: the installed set read from the sealed disk. */
  readonly packages: readonly string[];
  readonly stageTimes: readonly StageTime[];
  /** ISO time. */
  readonly bakedAt: string;
}
