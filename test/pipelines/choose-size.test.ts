import { describe, expect, test } from 'vitest';
import { chooseSize, type SizeWish } from '../../scripts/pipelines/choose-size.ts';
import type { Profile } from '../../scripts/model/image-spec.ts';
import { project } from '../config/project.ts';

const MINI = { id: 'mini', title: 'Mini', cpus: 1, memoryMiB: 512, diskGiB: 4 };
const choose = (wish: Partial<SizeWish>): Promise<Profile> =>
  chooseSize({ host: project(), say: () => undefined }, { profile: 'mini', cpus: undefined, memoryMiB: undefined, ...wish });

describe('a size', () => {
  test.each<[Partial<SizeWish>, Partial<Profile>]>([
    [{}, {}],
    [{ cpus: 3 }, { cpus: 3 }],
    [{ memoryMiB: 256 }, { memoryMiB: 256 }],
    [
      { cpus: 2, memoryMiB: 1024 },
      { cpus: 2, memoryMiB: 1024 },
    ],
  ])('%j is that of the profile with %j', async (wish, change) => {
    expect(await choose(wish)).toEqual({ ...MINI, ...change });
  });

  test('that no VM can have is refused, with every option that says so', async () => {
    await expect(choose({ cpus: 0, memoryMiB: 99_999_999 })).rejects.toMatchObject({
      code: 'USAGE',
      details: ['--cpus must be >= 1 (number of processors)', '--memory must be <= 16777216 (memory in MiB)'],
    });
    await expect(choose({ memoryMiB: 255 })).rejects.toMatchObject({ code: 'USAGE', details: [expect.stringContaining('--memory must be >= 256')] });
  });

  test('of an unknown profile is answered with the nearest', async () => {
    await expect(choose({ profile: 'minni' })).rejects.toMatchObject({ code: 'USAGE', fix: 'Did you mean mini? There are: mini' });
    await expect(choose({ profile: 'x'.repeat(5000) })).rejects.toMatchObject({ code: 'USAGE', fix: 'Choose one of these: mini' });
  });
});
