import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, test, vi } from 'vitest';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { prove } from '../../scripts/pipelines/prove.ts';
import { proveTarget } from '../../scripts/pipelines/prove-target.ts';
import { ensureHost } from '../../scripts/stages/ensure-host.ts';
import { readProof } from '../../scripts/store/proofs.ts';
import { sampleProof } from '../reports/sample-proof.ts';
import { fakeHost } from '../support/fake-host.ts';

vi.mock('../../scripts/config/load-spec.ts', () => ({
  loadSpec: vi.fn(() => Promise.resolve({ spec: { imageId: 'house-small-os-1' } as ImageSpec, texts: new Map() })),
}));
vi.mock('../../scripts/pipelines/prove.ts', () => ({ prove: vi.fn() }));
vi.mock('../../scripts/stages/ensure-host.ts', () => ({ ensureHost: vi.fn() }));

const DIGEST = 'c'.repeat(64);
beforeEach(() => {
  vi.mocked(prove)
    .mockReset()
    .mockResolvedValue(sampleProof(['killed'], { diskDigest: DIGEST }));
});

function proving(only?: string) {
  const host = fakeHost();
  const buildDir = join(host.dir, 'build');
  const subject = { target: './disk.qcow2', targetPath: '/caller/disk.qcow2', distro: 'os-1', role: 'small', storeLocation: join(host.dir, 'store') };
  const request = { ...subject, accelerator: 'tcg', yes: true, buildDir, ...(only === undefined ? {} : { only }) } as const;
  return { host, buildDir, result: proveTarget({ host, say: () => undefined }, request) };
}

test('breaks the disk that somebody points at, on a host that has what it takes, in a folder of this run', async () => {
  const { buildDir, result } = proving();
  await result;
  expect(vi.mocked(ensureHost).mock.calls[0]?.[1]).toMatchObject({ needs: ['boot', 'verify'], yes: true });
  const request = vi.mocked(prove).mock.calls[0]?.[1];
  expect(request).toMatchObject({ diskPath: '/caller/disk.qcow2', artifactDigest: null, accelerator: 'tcg', only: undefined });
  expect(request?.workDir.startsWith(join(buildDir, 'runs'))).toBe(true);
});

test('a whole proof is remembered for the release of the very disk', async () => {
  const { host, buildDir, result } = proving();
  const proof = await result;
  expect(await readProof(host, buildDir, DIGEST)).toEqual(proof);
});

test('a part of a proof is not', async () => {
  vi.mocked(prove).mockResolvedValue(sampleProof(['killed'], { diskDigest: DIGEST, partial: true }));
  const { host, buildDir, result } = proving('door.*');
  await result;
  expect(vi.mocked(prove).mock.calls[0]?.[1].only).toBe('door.*');
  expect(await readProof(host, buildDir, DIGEST)).toBeUndefined();
});

test('a proof that breaks off leaves its run closed, and nothing remembered', async () => {
  vi.mocked(prove).mockRejectedValue(new Error('lost'));
  const { buildDir, result } = proving();
  await expect(result).rejects.toThrow('lost');
  expect(existsSync(join(buildDir, 'proofs'))).toBe(false);
  const [id = ''] = readdirSync(join(buildDir, 'runs'));
  expect(existsSync(join(buildDir, 'runs', id, 'work'))).toBe(false);
});
