import { expect, test, vi } from 'vitest';
import type { Event } from '../../scripts/model/event.ts';
import { examineDisk } from '../../scripts/pipelines/examine-disk.ts';
import type { Examination } from '../../scripts/pipelines/walk-guest.ts';
import { readSealedDisk, type Sealed } from '../../scripts/stages/read-sealed-disk.ts';
import { contextOf } from '../support/fake-guest.ts';
import { fakeHost } from '../support/fake-host.ts';
import { sampleSpec } from '../support/sample-spec.ts';

/** A part of a verification that looks at the sealed disk alone. */
async function notesOf(looked: Sealed): Promise<readonly string[]> {
  vi.spyOn(readSealedDisk, 'run').mockResolvedValueOnce(looked);
  const host = fakeHost();
  const events: Event[] = [];
  const plan = { spec: sampleSpec(), disk: { fileSizeBytes: 1 }, declared: [], partial: true, env: {}, deadlines: { sealedProbeMs: 1 }, scratchDir: host.dir };
  await examineDisk({ ...contextOf(host), say: (event) => void events.push(event) }, { ...plan, nonce: 'n' } as unknown as Examination);
  return events.flatMap((event) => (event.type === 'note' ? [event.message] : []));
}

test('a disk that could not be looked into is told with the last words, where no row tells it', async () => {
  expect(await notesOf({ rows: [], facts: new Map(), problem: ['noise', 'mount: wrong fs type'] })).toEqual([
    'the disk could not be looked into: noise | mount: wrong fs type',
  ]);
  expect(await notesOf({ rows: [], facts: new Map() })).toEqual([]);
});
