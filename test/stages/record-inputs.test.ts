import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { HostReport } from '../../scripts/model/host-report.ts';
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
  ]);
  const keyring = join(host.dir, 'keys.gpg');
  writeFileSync(keyring, 'keys');
  const distro = sampleDistro();
  const spec = sampleSpec({
    distro: { ...distro, repositories: distro.repositories.map((repository, at) => ({ ...repository, signedBy: at === 0 ? keyring : '/none.gpg' })) },
  });
  const requirement = { minimum: null, path: null, purpose: '', needs: [], package: null, remedy: '' };
  const report = {
    requirements: [
      { ...requirement, id: 'packer', status: 'present', version: '1.6.6' },
      { ...requirement, id: 'xorriso', status: 'missing', version: null },
    ],
  } as unknown as HostReport;
  const plan = samplePlan();
  const inputs = await recordInputs.run({ spec, plan, host: report, indexDigests: { main: 'd' } }, contextOf(host));
  expect(inputs).toMatchObject({
    plan,
    source: { commit: 'a'.repeat(40), modified: false },
    tools: [{ name: 'packer', version: '1.6.6' }],
    indexDigests: { main: 'd' },
  });
  expect(inputs.keyrings).toContainEqual({ path: keyring, sha256: digestText('keys') });
});
