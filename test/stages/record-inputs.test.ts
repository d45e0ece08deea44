import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordInputs } from '../../scripts/stages/record-inputs.ts';
import { digestText } from '../store/fixtures.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleDistro, sampleSpec } from '../support/sample-spec.ts';

test('names the commit, the tools that are there, and the keys by their content', async () => {
  const host = fakeHost([
    { command: /rev-parse/, stdout: 'a'.repeat(40) },
    { command: /status/, stdout: '' },
    { command: /^\/\S+ (--version|-version|-V|version)$/, stdout: 'version 1.6.6' },
  ]);
  const keyring = join(host.dir, 'keys.gpg');
  writeFileSync(keyring, 'keys');
  const distro = sampleDistro();
  const spec = sampleSpec({
    distro: { ...distro, repositories: distro.repositories.map((repository, at) => ({ ...repository, signedBy: at === 0 ? keyring : '/none.gpg' })) },
  });
  const plan = samplePlan();
  const inputs = await recordInputs.run({ spec, plan, indexDigests: { main: 'd' } }, contextOf(host));
  expect(inputs).toMatchObject({
    plan,
    source: { commit: 'a'.repeat(40), modified: false },
    indexDigests: { main: 'd' },
  });
  // Which of them this machine has is its own matter.
  for (const { name, version } of inputs.tools) expect([name, version]).toEqual([expect.any(String), '1.6.6']);
  expect(inputs.keyrings).toContainEqual({ path: keyring, sha256: digestText('keys') });
});
