import { mkdirSync, readdirSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { removeStaleParts } from '../../scripts/store/stale-parts.ts';
import { fakeHost } from '../support/fake-host.ts';

/** The clock of the host stands at the 22nd. */
const [FRESH, OLD] = [new Date('2026-11-15T00:00:01Z'), new Date('2026-11-15T00:00:00Z')];

test('what nobody wrote to for a week goes, with what the server had said of it; nothing else does', async () => {
  const host = fakeHost();
  const put = (name: string, written: Date): void => {
    mkdirSync(join(host.dir, 'releases'), { recursive: true });
    writeFileSync(join(host.dir, name), 'x');
    utimesSync(join(host.dir, name), written, written);
  };
  for (const name of ['old.part', 'old.part.headers', 'releases/old.qcow2.part', 'releases/whole.qcow2']) put(name, OLD);
  for (const name of ['new.part', 'new.part.headers', 'releases/new.qcow2.part']) put(name, FRESH);
  mkdirSync(join(host.dir, 'folder.part'));
  utimesSync(join(host.dir, 'folder.part'), OLD, OLD);
  expect(await removeStaleParts(host, host.dir)).toBe(3);
  expect(readdirSync(host.dir).toSorted()).toEqual(['folder.part', 'new.part', 'new.part.headers', 'releases']);
  expect(readdirSync(join(host.dir, 'releases')).toSorted()).toEqual(['new.qcow2.part', 'whole.qcow2']);
  expect(await removeStaleParts(host, join(host.dir, 'none'))).toBe(0);
});
