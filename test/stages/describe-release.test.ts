import { expect, test } from 'vitest';
import type { BakeInputs } from '../../scripts/model/bake-inputs.ts';
import type { Event } from '../../scripts/model/event.ts';
import { digestOfText } from '../../scripts/plan/digest.ts';
import { openEnvelope, preAuthEncoding } from '../../scripts/plan/dsse.ts';
import { describeRelease } from '../../scripts/stages/describe-release.ts';
import { artifactOf, releaseOf, reportOf } from '../store/fixtures.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { samplePlan } from '../support/sample-bake.ts';
import { sampleSpec } from '../support/sample-spec.ts';

const host = fakeHost();
const artifact = artifactOf(host.dir, 'disk');
const reports = [{ name: 'report.json', text: '{}\n' }];
const request = { release: releaseOf(artifact, '2026.11.22-1'), report: reportOf(artifact), spec: sampleSpec(), reports };
const inputs: BakeInputs = {
  ...{ kind: 'BakeInputs', schemaVersion: 1, plan: samplePlan(), source: null, tools: [], keyrings: [], indexDigests: {} },
  startedAt: '2026-11-22T00:00:00.000Z',
};

test('what is signed is the statement, and its by-products are the files beside the disk', async () => {
  const asked: string[] = [];
  const store = {
    sign: (text: string) => {
      asked.push(text);
      return Promise.resolve({ keyid: 'SHA256:k', sig: 'signature' });
    },
  };
  const files = await describeRelease.run({ ...request, store, inputs }, contextOf(host));
  expect(files.map(({ name }) => name)).toEqual(['report.json', 'provenance.intoto.json']);
  const envelope = openEnvelope(files[1]?.text ?? '');
  expect(envelope?.signature).toBe('signature');
  expect(asked).toEqual([preAuthEncoding(envelope?.payload ?? '')]);
  expect(envelope?.payload).toContain(digestOfText('{}\n'));
});

test('what is not known is not told, and that is said', async () => {
  const events: Event[] = [];
  const store = { sign: () => Promise.reject(new Error('nothing to sign')) };
  const context = { ...contextOf(host), say: (event: Event) => void events.push(event) };
  expect(await describeRelease.run({ ...request, store, inputs: null }, context)).toEqual(reports);
  expect(events).toEqual([{ type: 'note', message: expect.stringContaining('no provenance') }]);
});
