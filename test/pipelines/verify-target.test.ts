import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { loadSpec } from '../../scripts/config/load-spec.ts';
import type { ImageSpec } from '../../scripts/model/image-spec.ts';
import { resolveReference } from '../../scripts/pipelines/resolve-reference.ts';
import { verify } from '../../scripts/pipelines/verify.ts';
import { verifyTarget, type VerifyTargetRequest } from '../../scripts/pipelines/verify-target.ts';
import { ensureHost } from '../../scripts/stages/ensure-host.ts';
import { openStore } from '../../scripts/store/open-store.ts';
import { reportOf, row } from '../reports/sample-report.ts';
import { digestText } from '../store/fixtures.ts';
import { fakeHost } from '../support/fake-host.ts';

vi.mock('../../scripts/config/load-spec.ts', () => ({
  loadSpec: vi.fn(() => Promise.resolve({ spec: { imageId: 'house-small-os-1' } as ImageSpec, texts: new Map() })),
}));
vi.mock('../../scripts/pipelines/verify.ts', () => ({ verify: vi.fn(() => Promise.resolve(reportOf([row()]))) }));
vi.mock('../../scripts/pipelines/resolve-reference.ts', () => ({ resolveReference: vi.fn() }));
vi.mock('../../scripts/stages/ensure-host.ts', () => ({ ensureHost: vi.fn() }));
vi.mock('../../scripts/store/open-store.ts', () => ({ openStore: vi.fn() }));

function verifying(target: string, wish: Partial<VerifyTargetRequest> = {}): ReturnType<typeof verifyTarget> {
  const host = fakeHost();
  const request = {
    target,
    targetPath: `/caller/${target}`,
    accelerator: 'tcg',
    keep: false,
    yes: true,
    storeLocation: join(host.dir, 'store'),
    buildDir: join(host.dir, 'build'),
    ...wish,
  } as const;
  return verifyTarget({ host, say: () => undefined }, request);
}

test.each(['disk.qcow2', 'disk.raw', 'disk.img', './disk', '/a/disk'])('%s is a disk file, and has to be said what it is meant to be', async (target) => {
  await expect(verifying(target)).rejects.toMatchObject({ code: 'USAGE' });
  await expect(verifying(target, { distro: 'os-1' })).rejects.toMatchObject({ code: 'USAGE', fix: expect.stringContaining('--role') });
  expect(ensureHost).not.toHaveBeenCalled();
});

test('a disk file is verified as what the caller says, without an artifact', async () => {
  const report = await verifying('disk.qcow2', { distro: 'os-1', role: 'small', only: 'ssh.*' });
  expect(report.verdict).toBe('pass');
  expect(vi.mocked(loadSpec).mock.lastCall?.[1]).toEqual({ distro: 'os-1', role: 'small' });
  expect(vi.mocked(verify).mock.lastCall?.[1]).toMatchObject({ diskPath: '/caller/disk.qcow2', artifactDigest: null, accelerator: 'tcg', only: 'ssh.*' });
  expect(vi.mocked(ensureHost).mock.lastCall?.[1]).toMatchObject({ needs: ['boot', 'verify'], yes: true });
});

test('a release says itself what it is', async () => {
  const diskPath = join(fakeHost().dir, 'disk.qcow2');
  writeFileSync(diskPath, 'disk');
  const release = { distro: 'os-1', image: 'house', role: 'small', artifactDigest: 'd'.repeat(64), disk: { sha256: digestText('disk') } };
  const find = vi.fn(() => Promise.resolve({ release, bringDisk: () => Promise.resolve(diskPath) }));
  vi.mocked(openStore).mockReturnValue({ find } as unknown as ReturnType<typeof openStore>);
  await verifying('os@latest');
  expect(vi.mocked(resolveReference).mock.lastCall?.[2]).toBe('os@latest');
  expect(vi.mocked(loadSpec).mock.lastCall?.[1]).toEqual({ distro: 'os-1', image: 'house', role: 'small' });
  expect(vi.mocked(verify).mock.lastCall?.[1]).toMatchObject({ diskPath, artifactDigest: release.artifactDigest });
  await expect(verifying('os@latest', { distro: 'os-1' })).rejects.toMatchObject({ code: 'USAGE' });
  writeFileSync(diskPath, 'dksi');
  await expect(verifying('os@latest')).rejects.toMatchObject({ code: 'DISK_CHANGED' });
});

test('the run’s folder outlives a failed verification, so that its evidence can be read', async () => {
  vi.mocked(verify).mockImplementationOnce(async ({ host }, { workDir }) => {
    await host.files.writeText(join(workDir, 'evidence'), 'x');
    return reportOf([row({ outcome: 'fail' })], { failureKit: join(workDir, 'evidence') });
  });
  const { failureKit = '' } = await verifying('disk.qcow2', { distro: 'os-1', role: 'small' });
  expect(await fakeHost().files.exists(failureKit)).toBe(true);
});
