import { expect, test, vi } from 'vitest';
import { bakeCommand } from '../../scripts/commands/bake.ts';
import type { BakeOutcome } from '../../scripts/model/bake-outcome.ts';
import { bake, type BakeRequest } from '../../scripts/pipelines/bake.ts';
import { runCommand } from './run-command.ts';

const OUTCOME: BakeOutcome = {
  kind: 'BakeOutcome',
  imageId: 'house-small-os-1',
  reference: 'house-small-os-1@2026.11.22-1',
  status: 'published',
  layers: [],
  artifact: null,
  report: null,
  release: null,
  stageTimes: [],
};
vi.mock('../../scripts/pipelines/bake.ts', () => ({ bake: vi.fn(() => Promise.resolve(OUTCOME)) }));

async function requestOf(...args: string[]): Promise<BakeRequest | undefined> {
  await runCommand(bakeCommand, args);
  return vi.mocked(bake).mock.lastCall?.[1];
}

test('what is not said is left to the pipeline', async () => {
  expect(await requestOf('--distro', 'os-1')).toEqual({
    distro: 'os-1',
    driver: 'auto',
    accel: 'auto',
    fresh: false,
    explain: false,
    dryRun: false,
    keepFailed: false,
    publish: true,
    yes: false,
    buildDir: '/p/build',
    cacheDir: '/p/build/cache',
    storeLocation: '/p/published',
  });
});

test('every option arrives', async () => {
  const args = [
    '--distro=os-1',
    '--image=house',
    '--role=big',
    '--driver=vm',
    '--accel=tcg',
    '--compression=zlib',
    '--fresh',
    '--explain',
    '--dry-run',
    '--keep-failed',
    '--no-publish',
    '--yes',
  ];
  expect(await requestOf(...args)).toMatchObject({
    image: 'house',
    role: 'big',
    driver: 'vm',
    accel: 'tcg',
    compression: 'zlib',
    fresh: true,
    explain: true,
    dryRun: true,
    keepFailed: true,
    publish: false,
    yes: true,
  });
});

test.each([
  ['bootstrap', 'bootstrap'],
  ['cloud-image', 'cloud-image'],
  ['https://example.invalid/x.qcow2', 'https://example.invalid/x.qcow2'],
  ['x.qcow2', '/caller/x.qcow2'],
  ['/abs/x.qcow2', '/abs/x.qcow2'],
])('--base %s', async (written, base) => {
  expect((await requestOf('--distro', 'os-1', '--base', written))?.base).toBe(base);
});

test('the document is the outcome, the text ends with how to launch it', async () => {
  const outcome = await runCommand(bakeCommand, ['--distro', 'os-1']);
  expect(outcome.document).toBe(OUTCOME);
  expect(outcome.text).toMatch(/npm run launch -- house-small-os-1@2026\.11\.22-1\n$/);
  expect(outcome.exitStatus ?? 0).toBe(0);
});

test('a distro has to be named', () => {
  expect(() => runCommand(bakeCommand, [])).toThrow(/--distro ID is missing/);
});
