import { expect, test } from 'vitest';
import type { ColdRuns } from '../../../../scripts/dev/bench/cold-runs.ts';
import type { Ground } from '../../../../scripts/dev/bench/ground.ts';
import type { Lab } from '../../../../scripts/dev/bench/lab.ts';
import { measureMkosi } from '../../../../scripts/dev/bench/measures/mkosi.ts';
import { fakeHost, type Answer } from '../../../support/fake-host.ts';

function measure(answers: readonly Answer[]) {
  const host = fakeHost(answers);
  const lab = { dir: host.dir, desk: { host, say: () => undefined } } as unknown as Lab;
  return measureMkosi(lab, {} as Ground, {} as ColdRuns);
}

const venv: Answer = { command: 'python3 -m venv' };
const pip: Answer = { command: /bin\/pip install/, exitCode: 1, stderr: 'ERROR: No matching distribution found for mkosi' };

test('without any mkosi the reason is that of the index', async () => {
  const answers = [{ command: 'mkosi --version', exitCode: 127 }, venv, pip];
  await expect(measure(answers)).rejects.toMatchObject({ code: 'HOST_NOT_READY', what: expect.stringMatching(/not on the PATH.*No matching distribution/) });
});

test('one that is too old is no peer', async () => {
  await expect(measure([{ command: 'mkosi --version', stdout: 'mkosi 14' }, venv, pip])).rejects.toMatchObject({
    what: expect.stringContaining('is 14, older than 20'),
  });
});
